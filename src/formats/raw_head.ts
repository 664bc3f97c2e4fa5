/**
 * What a file begins like, and whether that is raw.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";
import { Detector } from "@/formats/detector.ts";
import { rejection } from "@/formats/inspector.ts";
import { formatOf, objectionsToRaw } from "@/formats/verdict.ts";

/** Bytes that any format shows itself in. */
const HEAD = 1 << 20;

/** The format that the beginning of a file is of. @throws {ToolError} `io`. */
export function headFormat(file: OpenFile): string {
  return formatOf(headOf(file)) ?? "raw";
}

/**
 * Looks at the beginning of a disk that was converted to raw. One that looks like another format would
 * be taken for it by whoever probes it, and nova probes it.
 *
 * @param partitions Whether nova looks at the partition table of a base.
 * @throws {ToolError} `format_rejected`, if it is of another format; `io`.
 */
export function expectRaw(file: OpenFile, partitions: boolean): void {
  const objections = objectionsToRaw(headOf(file), partitions);
  if (objections.length > 0) throw rejection(objections);
}

function headOf(file: OpenFile): Detector {
  const { size } = file.stat();
  const detector = new Detector(size);
  const head = new Uint8Array(Math.min(HEAD, size));
  detector.feed(head.subarray(0, file.readAt(head, 0)));
  detector.finish();
  return detector;
}
