/**
 * Whether a file that should be raw begins like one.
 *
 * @module
 */
import type { OpenFile } from "@/context.ts";
import { FormatInspector } from "@/formats/inspector.ts";

/** Bytes that any format shows itself in. */
const HEAD = 1 << 20;

/**
 * Looks at the beginning of a file: a raw disk that looks like another format would be taken for it
 * by whoever probes it.
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
  const head = new Uint8Array(Math.min(HEAD, size));
  inspector.feed(head.subarray(0, file.readAt(head, 0)));
  if (inspector.problem !== undefined) throw inspector.problem;
}
