import { assert, assertEquals, assertRejects } from "@std/assert";
import { dense, type ImageContent, noise, sparse } from "@lab/embedded/content.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import type { Segment } from "@/bytes/segment.ts";
import { SEGMENT_SIZE } from "@/bytes/segment.ts";
import { ChunkDigester } from "@/seals/chunk_digester.ts";
import { CHUNK_SIZE, chunkCount, DIGEST_SIZE } from "@/seals/chunks.ts";
import { digestsOf } from "../../doubles/seals.ts";
import { data, hole, streamOf } from "../../doubles/segments.ts";

interface Seen {
  readonly digests: Uint8Array<ArrayBuffer>;
  readonly progress: number;
}

async function digested(
  size: number,
  segments: ReadableStream<Segment>,
  workers = 2,
): Promise<Seen> {
  const digests = new Uint8Array(chunkCount(size) * DIGEST_SIZE).fill(0xee);
  let progress = 0;
  using digester = new ChunkDigester({
    size,
    workers,
    buffers: new BufferPool(),
    onProgress: (bytes) => void (progress += bytes),
    onDigest: (index, digest) => digests.set(digest, index * DIGEST_SIZE),
  });
  await segments.pipeTo(digester.sink());
  return { digests, progress };
}

/** A content as a source of holes would send it, in pieces of `step` bytes. */
function* segmentsOf({ size, extents }: ImageContent, step: number): Generator<Segment> {
  let position = 0;
  for (const { offset, bytes } of [...extents, { offset: size, bytes: new Uint8Array() }]) {
    if (offset > position) yield hole(offset - position);
    for (let at = 0; at < bytes.length; at += step) yield data(bytes.slice(at, at + step));
    position = offset + bytes.length;
  }
}

async function expectRight(content: ImageContent, step = SEGMENT_SIZE, workers = 2): Promise<void> {
  const stream = ReadableStream.from(segmentsOf(content, step));
  const { digests, progress } = await digested(content.size, stream, workers);
  assertEquals(digests, digestsOf(content));
  assertEquals(progress, content.size);
}

Deno.test("ChunkDigester digests data, holes, and zeros that come as data", async () => {
  await expectRight(sparse(6 * CHUNK_SIZE, { 100: 5000, [2 * CHUNK_SIZE - 10]: 20 }));
  const zeros = { offset: 0, bytes: new Uint8Array(2 * CHUNK_SIZE) };
  await expectRight({ size: 3 * CHUNK_SIZE, extents: [zeros] });
  const tail = new Uint8Array(CHUNK_SIZE + 1000).fill(1, 0, CHUNK_SIZE);
  await expectRight({ size: 2 * CHUNK_SIZE, extents: [{ offset: 0, bytes: tail }] }, 300_001);
});

Deno.test("ChunkDigester digests a last chunk that is short, an image below a chunk, and none", async () => {
  await expectRight(dense(noise(2 * CHUNK_SIZE + 3)));
  await expectRight(dense(noise(1)));
  await expectRight(sparse(2 * CHUNK_SIZE + 3, {}));
  await expectRight(sparse(1, {}));
  await expectRight(dense(new Uint8Array()));
});

Deno.test("ChunkDigester gives the same digests whatever the segments and the number of workers", async () => {
  const content = sparse(5 * CHUNK_SIZE + 77, { 3: CHUNK_SIZE + 5, [3 * CHUNK_SIZE]: 9000 });
  for (const workers of [1, 4]) await expectRight(content, 300_001, workers);
});

Deno.test("ChunkDigester accepts holes in pieces, and a hole within a chunk", async () => {
  const size = 2 * CHUNK_SIZE;
  const parts = [hole(100), hole(CHUNK_SIZE - 100), hole(5), data("abc"), hole(CHUNK_SIZE - 8)];
  const { digests } = await digested(size, streamOf(...parts));
  const bytes = new TextEncoder().encode("abc");
  assertEquals(digests, digestsOf({ size, extents: [{ offset: CHUNK_SIZE + 5, bytes }] }));
});

Deno.test("ChunkDigester starts no worker for holes: 100 GiB of them cost nothing", async () => {
  const { digests } = await digested(100 * 2 ** 30, streamOf(hole(100 * 2 ** 30)));
  assert(digests.every((byte) => byte === 0));
});

Deno.test("ChunkDigester returns buffers: memory does not grow with the image", async () => {
  const buffers = new BufferPool();
  const size = 40 * CHUNK_SIZE;
  using digester = new ChunkDigester({
    size,
    workers: 4,
    buffers,
    onProgress: () => {},
    onDigest: () => {},
  });
  let left = size / SEGMENT_SIZE;
  const stream = new ReadableStream<Segment>({
    pull(controller) {
      if (left-- === 0) return controller.close();
      controller.enqueue({ kind: "data", bytes: buffers.take().fill(1) });
    },
  }, { highWaterMark: 0 });
  await stream.pipeTo(digester.sink());
  assert(buffers.allocated <= 4 * CHUNK_SIZE / SEGMENT_SIZE + 4, `${buffers.allocated} buffers`);
});

Deno.test("ChunkDigester counts buffers, not bytes: memory does not grow with small extents", async () => {
  const buffers = new BufferPool();
  const step = 4096;
  const size = 2 * CHUNK_SIZE;
  using digester = new ChunkDigester({
    size,
    workers: 1,
    buffers,
    onProgress: () => {},
    onDigest: () => {},
  });
  let left = size / step;
  const stream = new ReadableStream<Segment>({
    pull(controller) {
      if (left-- === 0) return controller.close();
      controller.enqueue({ kind: "data", bytes: buffers.take().subarray(0, step).fill(1) });
    },
  }, { highWaterMark: 0 });
  await stream.pipeTo(digester.sink());
  assert(buffers.allocated <= 4 * CHUNK_SIZE / SEGMENT_SIZE + 4, `${buffers.allocated} buffers`);
});

Deno.test("ChunkDigester ends at the first digest that is refused, even while the source is silent", async () => {
  using digester = new ChunkDigester({
    size: 1000 * CHUNK_SIZE,
    workers: 2,
    buffers: new BufferPool(),
    onProgress: () => {},
    onDigest: (index) => {
      if (index === 1) throw new Error("wrong chunk");
    },
  });
  const sent = [data(noise(CHUNK_SIZE)), data(noise(CHUNK_SIZE, 2))];
  let isCancelled = false;
  const stream = new ReadableStream<Segment>({
    pull(controller) {
      const next = sent.shift();
      if (next !== undefined) controller.enqueue(next);
      // Nothing more comes, and nobody says so.
      else return new Promise(() => {});
    },
    cancel: () => void (isCancelled = true),
  });
  await assertRejects(() => stream.pipeTo(digester.sink()), Error, "wrong chunk");
  assert(isCancelled);
});
