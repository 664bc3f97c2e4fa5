/**
 * A {@linkcode Transfer} over a generator of segments that always ends its peer.
 *
 * @module
 */
import type { Transfer } from "@/sources/source.ts";
import type { Segment } from "@/bytes/segment.ts";

/**
 * Wraps a generator. `release` runs before the generator ends: one that waits for a hung peer can
 * only return after the peer is gone.
 *
 * @param release Ends the peer and waits for its end; called exactly once.
 */
export function segmentTransfer(
  segments: AsyncGenerator<Segment>,
  release: () => Promise<void>,
): Transfer {
  let released: Promise<void> | undefined;
  const end = () => released ??= release();
  const abandon = async () => {
    await end();
    await segments.return(undefined);
  };
  const stream = new ReadableStream<Segment>({
    async pull(controller) {
      try {
        const { value, done } = await segments.next();
        if (!done) return controller.enqueue(value);
        await end();
        controller.close();
      } catch (error) {
        await end();
        throw error;
      }
    },
    cancel: abandon,
  }, { highWaterMark: 0 });
  return { segments: stream, [Symbol.asyncDispose]: abandon };
}
