/**
 * What a file begins like, and whether that is raw.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";
import { Detector } from "@/formats/detector.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import { formatOf } from "@/formats/verdict.ts";

/** Bytes that any format shows itself in. */
const HEAD = 1 << 20;

/** The format that the beginning of a file is of. @throws {ToolError} `io`. */
export function headFormat(file: OpenFile): string {
  const { size } = file.stat();
  const detector = new Detector(size);
  detector.feed(headOf(file, size));
  detector.finish();
  return formatOf(detector) ?? "raw";
}

/**
 * Looks at the beginning of a file that should be raw: a disk that looks like another format would be
 * taken for it by whoever probes it.
 *
 * @throws {ToolError} `format_rejected`, if it is of another format; `io`.
 */
export function expectRaw(file: OpenFile): void {
  const { size } = file.stat();
  const inspector = new FormatInspector({
    declared: "raw",
    size,
    vmdkAllowedTypes: [],
    deep: true,
  });
  inspector.feed(headOf(file, size));
  if (inspector.problem !== undefined) throw inspector.problem;
}

function headOf(file: OpenFile, size: number): Uint8Array {
  const head = new Uint8Array(Math.min(HEAD, size));
  return head.subarray(0, file.readAt(head, 0));
}
