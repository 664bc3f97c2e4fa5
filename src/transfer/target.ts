/**
 * Where an image goes, in plain values: decided in one thread, opened in another.
 *
 * @module
 */
import type { Publication } from "@/cache/ingest.ts";
import type { Context } from "@/context.ts";
import { type Destination, fileDestination, outputDestination } from "@/transfer/destination.ts";
import { type RawConversionOptions, rawDestination } from "@/transfer/raw_destination.ts";

/** A file as it is, a file made raw, or standard output. */
export type Target =
  | { readonly kind: "file"; readonly publication: Publication }
  | {
    readonly kind: "raw";
    readonly publication: Publication;
    readonly options: RawConversionOptions;
  }
  | { readonly kind: "output" };

/** The destination that a target describes. */
export function openTarget(
  context: Pick<Context, "clock" | "files" | "identity" | "log" | "processes" | "terminal">,
  target: Target,
): Destination {
  switch (target.kind) {
    case "file":
      return fileDestination(context, target.publication);
    case "raw":
      return rawDestination(context, target.publication, target.options);
    case "output":
      return outputDestination(context.terminal);
  }
}
