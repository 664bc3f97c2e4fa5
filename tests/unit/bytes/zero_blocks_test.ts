import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { BLOCK_SIZE, dataRuns, isZero } from "@/bytes/zero_blocks.ts";

function ranges(bytes: Uint8Array, offset: number): number[][] {
  return [...dataRuns(bytes, offset)].map(({ start, end }) => [start, end]);
}

Deno.test("dataRuns() leaves out whole zero blocks only", () => {
  const bytes = new Uint8Array(3 * BLOCK_SIZE);
  bytes[0] = 1;
  bytes[2 * BLOCK_SIZE + 5] = 1;
  assertEquals(ranges(bytes, 0), [[0, BLOCK_SIZE], [2 * BLOCK_SIZE, 3 * BLOCK_SIZE]]);
});

Deno.test("dataRuns() keeps holes on the block borders of the image", () => {
  const bytes = new Uint8Array(2 * BLOCK_SIZE);
  assertEquals(ranges(bytes, 100), [[0, BLOCK_SIZE - 100], [2 * BLOCK_SIZE - 100, 2 * BLOCK_SIZE]]);
});

Deno.test("dataRuns() is empty for zeros that fill their blocks", () => {
  assertEquals(ranges(new Uint8Array(BLOCK_SIZE), BLOCK_SIZE), []);
});

Deno.test("dataRuns() never leaves a non-zero byte out", () => {
  const piece = fc.tuple(fc.nat(3 * BLOCK_SIZE), fc.boolean());
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.nat(2 * BLOCK_SIZE), (pieces, offset) => {
      const bytes = new Uint8Array(pieces.reduce((sum, [length]) => sum + length, 0));
      let at = 0;
      for (const [length, isData] of pieces) {
        if (isData) bytes.fill(7, at, at + length);
        at += length;
      }
      const copy = new Uint8Array(bytes.length);
      for (const { start, end } of dataRuns(bytes, offset)) {
        copy.set(bytes.subarray(start, end), start);
      }
      assertEquals(copy, bytes);
    }),
    { numRuns: 300 },
  );
});

Deno.test("isZero() looks at the range only", () => {
  const bytes = Uint8Array.of(1, 0, 0, 1);
  assertEquals(isZero(bytes, 1, 3), true);
  assertEquals(isZero(bytes, 1, 4), false);
});

Deno.test("isZero() sees a single byte wherever it is, in any view of a buffer", () => {
  const buffer = new ArrayBuffer(64);
  for (let offset = 0; offset < 9; offset++) {
    for (let length = 0; length < 40; length++) {
      const bytes = new Uint8Array(buffer, offset, length);
      assertEquals(isZero(bytes), true);
      for (let at = 0; at < length; at++) {
        bytes[at] = 0x80;
        assertEquals(isZero(bytes), false, `byte ${at} of ${length} at ${offset}`);
        assertEquals(isZero(bytes, at + 1), true);
        assertEquals(isZero(bytes, 0, at), true);
        bytes[at] = 0;
      }
    }
  }
});
