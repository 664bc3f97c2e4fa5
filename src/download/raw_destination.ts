/**
 * A base file that is made raw before it gets its name: the image is verified as it came, then
 * converted, and only the result is published.
 *
 * @module
 */
import { Ingest, type Publication } from "@/cache/ingest.ts";
import { QEMU_IMG_PROGRAM } from "@/cache/qemu_img_program.ts";
import { convertToRaw } from "@/cache/raw_conversion.ts";
import type { Context } from "@/context.ts";
import type { Destination } from "@/download/destination.ts";
import { SparseFile } from "@/stream/sparse_file.ts";

/** What making a file raw takes. */
export interface RawConversionOptions {
  /** The image's `disk_format`. */
  readonly diskFormat: string;
  /** Longest time without progress of the conversion, in milliseconds. */
  readonly stallTimeout: number;
}

/** A file that appears whole, verified and raw, or not at all. */
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
      let allocated = 0;
      return {
        writer: () => new SparseFile(original.file),
        // The original is needed for as long as the conversion takes; it need not outlive a crash.
        flush: () => {},
        async commit(signal) {
          using raw = await Ingest.begin(outside, { ...publication, stage: "raw" });
          const { temporary: to, file } = raw;
          const conversion = { ...options, from: original.temporary, to, file };
          await convertToRaw(outside, QEMU_IMG_PROGRAM, conversion, signal);
          allocated = file.stat().allocated;
          return raw.commit();
        },
        allocated: () => allocated,
        [Symbol.dispose]: () => original[Symbol.dispose](),
      };
    },
  };
}
