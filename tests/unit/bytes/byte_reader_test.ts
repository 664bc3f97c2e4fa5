import { assertEquals } from "@std/assert";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { ByteReader } from "@/bytes/byte_reader.ts";

function chunks(type: "bytes" | undefined, ...parts: number[][]) {
  const queue = parts.map((part) => new Uint8Array(part));
  const pull = (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => {
    const next = queue.shift();
    if (next === undefined) controller.close();
    else controller.enqueue(next);
  };
  if (type === undefined) return new ReadableStream<Uint8Array<ArrayBuffer>>({ pull });
  return new ReadableStream({
    type,
    pull(controller) {
      const next = queue.shift();
      if (next !== undefined) return controller.enqueue(next);
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
}

for (const type of ["bytes", undefined] as const) {
  const kind = type ?? "default";
  Deno.test(`ByteReader.read() joins chunks up to the length asked for (${kind} stream)`, async () => {
    const reader = new ByteReader(chunks(type, [1, 2], [3], [4, 5, 6]));
    assertEquals([...await reader.read(new Uint8Array(4))], [1, 2, 3, 4]);
    assertEquals([...await reader.read(new Uint8Array(4))], [5, 6]);
    assertEquals((await reader.read(new Uint8Array(4))).length, 0);
  });

  Deno.test(`ByteReader.header() is undefined when the stream ends within it (${kind} stream)`, async () => {
    const reader = new ByteReader(chunks(type, [1, 2], [3]));
    assertEquals(await reader.header(4), undefined);
  });

  Deno.test(`ByteReader reports every piece as it comes (${kind} stream)`, async () => {
    const seen: number[] = [];
    const reader = new ByteReader(chunks(type, [1, 2], [3]), (count) => seen.push(count));
    await reader.read(new Uint8Array(3));
    assertEquals(seen, [2, 1]);
  });
}

Deno.test("ByteReader.segment() doubles from 64 KiB to 512 KiB, whatever is read between", async () => {
  const KIB = 1024;
  const reader = new ByteReader(new Blob([new Uint8Array(4096 * KIB)]).stream());
  const pool = new BufferPool();
  const lengths: number[] = [];
  for (let length = 1; length > 0; lengths.push(length / KIB)) {
    length = (await reader.segment(pool)).length;
    await reader.header(4);
  }
  assertEquals(lengths.slice(0, 7), [64, 64, 128, 256, 512, 512, 512]);
});

Deno.test("ByteReader.segment() returns the buffer to the pool at the end", async () => {
  const pool = new BufferPool();
  const reader = new ByteReader(chunks("bytes", [7]));
  const first = await reader.segment(pool);
  assertEquals([...first], [7]);
  pool.give(first.buffer);
  assertEquals((await reader.segment(pool)).length, 0);
  assertEquals(pool.allocated, 1);
  pool.take();
  assertEquals(pool.allocated, 1, "the buffer of the empty read is free again");
});
