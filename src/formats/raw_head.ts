/**
 * Inspects the beginning of a file, to decide whether it is raw.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";
import { Detector } from "@/formats/detector.ts";
import { rejection } from "@/formats/inspector.ts";
import { formatOf, objectionsToRaw } from "@/formats/verdict.ts";

/** Enough bytes for any format to be recognized. */
const HEAD = 1 << 20;

/** The format at the beginning of a file. @throws {ToolError} `io`. */
export function headFormat(file: OpenFile): string {
  return formatOf(headOf(file)) ?? "raw";
}

/**
 * Checks the beginning of a disk that was converted to raw. If it looks like another format, a
 * program that probes it would open it as that, and nova probes it.
 *
 * @param partitions Whether nova inspects the partition table of a base.
 * @throws {ToolError} `format_rejected`, if it has another format; `io`.
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
