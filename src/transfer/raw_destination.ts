/**
 * A base file that is converted to raw before it gets its name: the image is verified as received,
 * then converted, and only the result is published.
 *
 * @module
 */
import { expectSpace } from "@/cache/free_space.ts";
import { Ingest, type Publication } from "@/cache/ingest.ts";
import { convertToRaw } from "@/cache/raw_conversion.ts";
import type { Context } from "@/context.ts";
import { type RawConversionOptions, rawCopyNeed } from "@/plan/target.ts";
import type { Destination } from "@/transfer/destination.ts";
import { sparseFile } from "@/bytes/sparse_file.ts";

/** A file that appears complete, verified and raw, or not at all. */
export function rawDestination(
  outside: Pick<Context, "clock" | "files" | "identity" | "log" | "processes">,
  publication: Publication,
  options: RawConversionOptions,
): Destination {
  return {
    path: publication.path,
    restartable: true,
    async begin() {
      const original = await Ingest.begin(outside, publication);
      return {
        writer: sparseFile(original.file, (bytes) => original.guard.wrote(bytes)),
        // The original is only needed during the conversion; it need not survive a crash.
        flush: () => {},
        async commit(signal, virtualSize) {
          expectRoom(outside, publication, options, virtualSize);
          using raw = await Ingest.begin(outside, { ...publication, stage: "raw" });
          const { temporary: to, file, guard } = raw;
          const conversion = { ...options, virtualSize, from: original.temporary, to, file, guard };
          await convertToRaw(outside, options.program, conversion, signal);
          const { allocated, size: length } = file.stat();
          return { published: raw.commit(), allocated, length };
        },
        [Symbol.dispose]: () => original[Symbol.dispose](),
      };
    },
  };
}

/**
 * Only the image itself has the exact size of its disk; the size in the record was checked earlier.
 */
function expectRoom(
  { files, log }: Pick<Context, "files" | "log">,
  { path, reserved = 0 }: Publication,
  options: RawConversionOptions,
  virtualSize: number | null,
): void {
  if (virtualSize === null || virtualSize === options.virtualSize) return;
  const need = rawCopyNeed(options.size, virtualSize);
  expectSpace(files, log, { path, reserved, ...need });
}
