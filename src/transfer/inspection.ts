/**
 * The stage that inspects the format of the passing data and ends a bad transfer at the first byte
 * that reveals it.
 *
 * @module
 */
import type { Stage } from "@/bytes/stage.ts";
import type { FormatInspector } from "@/formats/inspector.ts";

/** Feeds `inspector`, which must be new, and fails as soon as it rejects the image. */
export function inspection(inspector: FormatInspector): Stage {
  return {
    take(segment) {
      if (segment.kind === "data") inspector.feed(segment.bytes);
      else inspector.feedZeros(segment.length);
      if (inspector.problem !== undefined) throw inspector.problem;
    },
  };
}
