/**
 * The stage that looks at the format of what passes, and ends a bad transfer at the first byte that
 * tells.
 *
 * @module
 */
import type { Rules } from "@/plan/rules.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import type { Segment } from "@/bytes/segment.ts";

/** An inspector for one attempt of a rules. */
export function inspectorOf({ record, size, formats }: Rules): FormatInspector {
  return new FormatInspector({ declared: record.diskFormat, size, ...formats });
}

/** A pass-through that feeds an inspector and errors as soon as it refuses the image. */
export class Inspection extends TransformStream<Segment, Segment> {
  /** Feeds `inspector`, which must be new. */
  constructor(inspector: FormatInspector) {
    super({
      transform(segment, controller) {
        if (segment.kind === "data") inspector.feed(segment.bytes);
        else inspector.feedZeros(segment.length);
        if (inspector.problem !== undefined) throw inspector.problem;
        controller.enqueue(segment);
      },
    });
  }
}
