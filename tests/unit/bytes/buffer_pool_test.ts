import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { SEGMENT_SIZE } from "@/bytes/segment.ts";

Deno.test("BufferPool.take() gives room for a segment, from the beginning of a page on", () => {
  const { byteOffset, length } = new BufferPool().take();
  assertEquals(length, SEGMENT_SIZE);
  // The allocator's own 16 bytes make it a whole page.
  assertEquals((byteOffset + 16) % 4096, 0);
});

Deno.test("BufferPool.give() keeps its own buffers, up to the limit, and no others", () => {
  const pool = new BufferPool(1);
  const [first, second] = [pool.take(), pool.take()];
  pool.give(new ArrayBuffer(SEGMENT_SIZE));
  pool.give(first.buffer);
  pool.give(second.buffer);
  assertStrictEquals(pool.take().buffer, first.buffer);
  assertNotStrictEquals(pool.take().buffer, second.buffer);
  assertEquals(pool.allocated, 3);
});
