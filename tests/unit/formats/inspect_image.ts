/**
 * Runs the inspector over an image in memory.
 *
 * @module
 */
import { FILE_POLICY } from "./policy.ts";
import { assert } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { Detector } from "@/formats/detector.ts";
import { FormatInspector, type Inspection, inspectionOf } from "@/formats/inspector.ts";
import { formatOf } from "@/formats/verdict.ts";

/** An inspector as nova's defaults make it. */
export function inspectorFor(declared: string | null, size: number | null = null): FormatInspector {
  return new FormatInspector({ ...FILE_POLICY, declared, size, deep: true });
}

/** What an image is that must pass. @throws {ToolError} If it does not. */
export function inspected(image: Uint8Array, declared: string): Inspection {
  const inspector = inspectorFor(declared);
  inspector.feed(image);
  return inspector.finish();
}

/** What an image is, whatever is wrong with it. */
export function recognized(image: Uint8Array): Inspection {
  const detector = new Detector(null);
  detector.feed(image);
  detector.finish();
  return inspectionOf(detector, { ...FILE_POLICY, declared: formatOf(detector) ?? null });
}

/** Why an image is refused that must be. */
export function refusal(image: Uint8Array, declared: string | null): string {
  const inspector = inspectorFor(declared);
  inspector.feed(image);
  try {
    inspector.finish();
  } catch (error) {
    assert(error instanceof ToolError && error.code === "format_rejected");
    return error.message;
  }
  throw new Error(`The image passes as '${declared}'`);
}

/** After how many bytes an image is refused that must be; its length + 1, if only at its end. */
export function refusedAfter(image: Uint8Array, declared: string, size: number | null = null) {
  const inspector = inspectorFor(declared, size);
  for (let at = 0; at <= image.length; at++) {
    if (inspector.problem !== undefined) return at;
    inspector.feed(image.subarray(at, at + 1));
  }
  return image.length + 1;
}
