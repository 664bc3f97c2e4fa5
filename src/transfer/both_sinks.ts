/**
 * Duplicates a stream. Each sink keeps the buffers that it gets, so one of them gets copies.
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import type { Segment } from "@/bytes/segment.ts";

/**
 * Returns a sink that writes to both and fails as soon as one of them does.
 *
 * @param copied Gets copies, in buffers from `buffers`.
 */
export function bothSinks(
  copied: WritableStream<Segment>,
  direct: WritableStream<Segment>,
  buffers: BufferPool,
): WritableStream<Segment> {
  const first = copied.getWriter();
  const second = direct.getWriter();
  return new WritableStream<Segment>({
    start(controller) {
      for (const { closed } of [first, second]) closed.catch((error) => controller.error(error));
    },
    async write(segment) {
      await first.write(copyOf(segment, buffers));
      await second.write(segment);
    },
    close: async () => void await Promise.all([first.close(), second.close()]),
    abort: async (reason) => void await Promise.all([first.abort(reason), second.abort(reason)]),
  });
}

function copyOf(segment: Segment, buffers: BufferPool): Segment {
  if (segment.kind === "hole") return segment;
  const bytes = buffers.take().subarray(0, segment.bytes.length);
  bytes.set(segment.bytes);
  return { kind: "data", bytes };
}
