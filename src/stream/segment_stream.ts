/**
 * A stream over a generator of segments that lets its peer go on every path.
 *
 * @module
 */
import type { Segment } from "@/stream/segment.ts";

/**
 * Wraps a generator. Cancelling calls `release` first: a generator that waits for a hung peer hears
 * `return()` only after the peer is gone.
 *
 * @param release Ends the peer and waits for its end; called once, whatever happens.
 */
export function segmentStream(
  segments: AsyncGenerator<Segment>,
  release: () => Promise<void>,
): ReadableStream<Segment> {
  return new ReadableStream<Segment>({
    async pull(controller) {
      try {
        const { value, done } = await segments.next();
        if (!done) return controller.enqueue(value);
        await release();
        controller.close();
      } catch (error) {
        await release();
        throw error;
      }
    },
    async cancel() {
      await release();
      await segments.return(undefined);
    },
  }, { highWaterMark: 0 });
}
