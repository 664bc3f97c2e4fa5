/**
 * The stage that looks at the format of what passes, and ends a bad transfer at the first byte that
 * tells.
 *
 * @module
 */
import type { Stage } from "@/bytes/stage.ts";
import type { FormatInspector } from "@/formats/inspector.ts";

/** Feeds `inspector`, which must be new, and fails as soon as it refuses the image. */
export function inspection(inspector: FormatInspector): Stage {
  return {
    take(segment) {
      if (segment.kind === "data") inspector.feed(segment.bytes);
      else inspector.feedZeros(segment.length);
      if (inspector.problem !== undefined) throw inspector.problem;
    },
  };
}
