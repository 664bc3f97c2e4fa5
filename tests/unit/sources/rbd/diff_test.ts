import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "@/errors.ts";
import { readRbdDiff, UnexpectedStream } from "@/sources/rbd/diff.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { ByteReader } from "@/bytes/byte_reader.ts";
import { bytesOf } from "../../../doubles/segments.ts";

const encoder = new TextEncoder();

function le(value: number | bigint, bytes: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setUint32(0, Number(value), true);
  else view.setBigUint64(0, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

function join(...parts: (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    parts.flatMap((part) => [...(typeof part === "string" ? encoder.encode(part) : part)]),
  );
}

const HEAD = join("rbd diff v1\n", "t", le(4, 4), "snap");
const size = (bytes: number | bigint) => join("s", le(bytes, 8));
const zero = (offset: number | bigint, length: number | bigint) =>
  join("z", le(offset, 8), le(length, 8));
const data = (offset: number, content: string) =>
  join("w", le(offset, 8), le(content.length, 8), content);

function read(...parts: (string | Uint8Array)[]) {
  const reader = new ByteReader(new Blob([join(...parts)]).stream());
  return readRbdDiff(reader, new BufferPool());
}

async function text(...parts: (string | Uint8Array)[]): Promise<string> {
  return new TextDecoder().decode(await bytesOf(read(...parts))).replaceAll("\0", ".");
}

Deno.test("readRbdDiff() turns records and the gaps between them into segments", async () => {
  const stream = [HEAD, size(14), data(2, "ab"), zero(4, 3), data(9, "cd"), "e"];
  assertEquals(await text(...stream), "..ab.....cd...");
});

Deno.test("readRbdDiff() reads an image of nothing but a hole", async () => {
  assertEquals(await text(HEAD, size(3), "e"), "...");
});

Deno.test("readRbdDiff() reads an empty image", async () => {
  assertEquals(await text(HEAD, size(0), "e"), "");
});

Deno.test("readRbdDiff() returns a 2^32-byte hole as one segment", async () => {
  const segments = await Array.fromAsync(read(HEAD, size(2 ** 32 + 1), data(2 ** 32, "x"), "e"));
  assertEquals(segments[0], { kind: "hole", length: 2 ** 32 });
  assertEquals(segments.length, 2);
});

const BROKEN: Readonly<Record<string, (string | Uint8Array)[]>> = {
  "another header": ["rbd diff v2\n", size(1), "e"],
  "an error text in its place": ["server name not found: no-such-host.invalid (Name or service)"],
  "no bytes at all": [],
  "no end record": [HEAD, size(4), data(0, "abcd")],
  "an extent that is cut": [HEAD, size(4), data(0, "abcd").subarray(0, -1)],
  "an extent header that is cut": [HEAD, size(4), data(0, "abcd").subarray(0, 9)],
  "extents out of order": [HEAD, size(9), data(4, "ab"), data(0, "cd"), "e"],
  "overlapping extents": [HEAD, size(9), data(0, "abcd"), zero(3, 2), "e"],
  "an unknown record": [HEAD, size(4), "q", "e"],
  "an extent without a byte": [HEAD, size(4), zero(0, 0), "e"],
  "a second size": [HEAD, size(4), size(4), "e"],
  "a second name": [HEAD, HEAD.subarray("rbd diff v1\n".length), size(4), "e"],
  "no size": [HEAD, "e"],
  "bytes after the end": [HEAD, size(0), "e", "e"],
  "an offset beyond all disks": [HEAD, size(4), zero(2n ** 63n, 4), "e"],
  "a name of 4 GiB": ["rbd diff v1\n", "t", le(0xffffffff, 4), "snap"],
};

for (const [what, stream] of Object.entries(BROKEN)) {
  Deno.test(`readRbdDiff() refuses ${what}`, async () => {
    await assertRejects(() => bytesOf(read(...stream)), UnexpectedStream);
  });
}

Deno.test("readRbdDiff() of any bytes ends, and throws nothing but ToolError", async () => {
  const record = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.tuple(fc.nat(50), fc.nat(50)).map(([offset, length]) => zero(offset, length)),
    fc.tuple(fc.nat(50), fc.string({ maxLength: 9 })).map(([offset, text]) => data(offset, text)),
    fc.constant(size(60)),
    fc.constant(encoder.encode("e")),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 8 }), async (records) => {
      try {
        for await (const _ of read(HEAD, ...records));
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
