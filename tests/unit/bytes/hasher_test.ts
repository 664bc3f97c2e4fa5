import { createHash } from "node:crypto";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { discard, Hasher } from "@/bytes/hasher.ts";
import type { Segment } from "@/bytes/segment.ts";
import { data, hole, randomBytes, streamOf } from "../../doubles/segments.ts";

Deno.test("Hasher digests data and holes as the bytes they stand for", async () => {
  const bytes = randomBytes(100_000);
  using hasher = new Hasher(["sha512", "md5"], new BufferPool(), () => {});
  await streamOf(data(bytes), hole(3 << 20), data("end")).pipeTo(hasher.sink());
  const digests = await hasher.digests();
  const whole = [bytes, new Uint8Array(3 << 20), new TextEncoder().encode("end")];
  for (const name of ["sha512", "md5"]) {
    const expected = createHash(name);
    for (const part of whole) expected.update(part);
    assertEquals(digests.get(name)?.toHex(), expected.digest("hex"));
  }
});

Deno.test("Hasher accepts hashlib's names of algorithms", async () => {
  using hasher = new Hasher(["sha3_256", "blake2b"], new BufferPool(), () => {});
  await streamOf().pipeTo(hasher.sink());
  const digests = await hasher.digests();
  assertEquals(digests.get("sha3_256")?.toHex(), createHash("sha3-256").digest("hex"));
  assertEquals(digests.get("blake2b")?.toHex(), createHash("blake2b512").digest("hex"));
});

Deno.test("Hasher refuses an algorithm it cannot compute", () => {
  const error = assertThrows(
    () => new Hasher(["shake_128"], new BufferPool(), () => {}),
    ToolError,
    "'shake_128'",
  );
  assertEquals(error.code, "hash_missing");
});

Deno.test("Hasher returns buffers: memory does not grow with the image", async () => {
  const pool = new BufferPool();
  using hasher = new Hasher(["sha256"], pool, () => {});
  let left = 200;
  const stream = new ReadableStream<Segment>({
    pull(controller) {
      if (left-- === 0) return controller.close();
      controller.enqueue({ kind: "data", bytes: pool.take() });
    },
  }, { highWaterMark: 0 });
  await stream.pipeTo(hasher.sink());
  await hasher.digests();
  assertEquals(pool.allocated <= 36, true, `${pool.allocated} buffers for 200 segments`);
});

Deno.test("Hasher reports every byte of progress, holes in slices", async () => {
  const seen: number[] = [];
  using hasher = new Hasher(["sha256"], new BufferPool(), (bytes) => seen.push(bytes));
  await streamOf(data("abc"), hole(150 << 20)).pipeTo(hasher.sink());
  await hasher.digests();
  assertEquals(seen, [3, 64 << 20, 64 << 20, 22 << 20]);
});

Deno.test("Hasher disposed early errors instead of hanging", async () => {
  const hasher = new Hasher(["sha512"], new BufferPool(), () => {});
  hasher[Symbol.dispose]();
  await assertRejects(() => hasher.digests(), Error, "disposed");
});

Deno.test("discard() counts and gives buffers back", async () => {
  const pool = new BufferPool();
  let count = 0;
  const bytes = pool.take().subarray(0, 5);
  await streamOf({ kind: "data", bytes }, hole(7)).pipeTo(discard(pool, (n) => count += n));
  assertEquals(count, 12);
  pool.take();
  assertEquals(pool.allocated, 1);
});
