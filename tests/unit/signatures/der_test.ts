/**
 * DER has one encoding of everything, and the reader takes no other.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DerReader, readWhole, TAG } from "@/signatures/der.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { tlv } from "./der_writer.ts";

const tag = fc.integer({ min: 0, max: 0xff }).filter((value) => (value & 0x1f) !== 0x1f);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.uint8Array({ minLength: 256, maxLength: 300 }),
);

Deno.test("DerReader reads back any row of elements, and nothing more", () => {
  fc.assert(fc.property(fc.array(fc.tuple(tag, content), { maxLength: 5 }), (elements) => {
    const encoded = elements.map(([kind, body]) => tlv(kind, body));
    const reader = new DerReader(Uint8Array.from(encoded.flatMap((one) => [...one])));
    for (const [index, [kind, body]] of elements.entries()) {
      const found = reader.any();
      assertEquals([found.tag, [...found.content]], [kind, [...body]]);
      assertEquals([...found.encoded], [...encoded[index] ?? []]);
    }
    reader.end();
    assertEquals(reader.atEnd, true);
  }));
});

Deno.test("DerReader throws nothing but EncodingError, whatever the bytes are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    const reader = new DerReader(bytes);
    try {
      while (!reader.atEnd) reader.any();
    } catch (error) {
      if (!(error instanceof EncodingError)) throw error;
    }
  }));
});

Deno.test("DerReader gives an element one encoding only: what it reads, it reads as DER writes it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 300 }), (bytes) => {
      let found;
      try {
        found = new DerReader(bytes).any();
      } catch {
        return;
      }
      assertEquals(found.encoded, tlv(found.tag, found.content));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("DerReader refuses every other form of a length", () => {
  const forms = {
    "indefinite": [0x30, 0x80, 0x00, 0x00],
    "long where short is enough": [0x04, 0x81, 0x01, 0x00],
    "with a leading zero": [0x04, 0x82, 0x00, 0x81, ...new Array<number>(0x81).fill(0)],
    "of five bytes": [0x04, 0x85, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00],
    "longer than the data": [0x04, 0x02, 0x00],
    "of four gigabytes": [0x04, 0x84, 0xff, 0xff, 0xff, 0xff],
    "missing": [0x04],
    "reserved": [0x04, 0xff],
  };
  for (const [form, bytes] of Object.entries(forms)) {
    assertThrows(() => new DerReader(Uint8Array.from(bytes)).any(), EncodingError, undefined, form);
  }
});

Deno.test("DerReader refuses tags of more than one byte", () => {
  assertThrows(() => new DerReader(Uint8Array.of(0x1f, 0x01, 0x00)).any(), EncodingError);
});

Deno.test("readWhole refuses bytes after the element, and bytes that its reader left inside", () => {
  const one = tlv(TAG.sequence, tlv(TAG.null));
  assertEquals(readWhole(one, TAG.sequence, (reader) => reader.any().tag), TAG.null);
  assertThrows(
    () => readWhole(Uint8Array.of(...one, 0), TAG.sequence, (reader) => reader.any()),
    EncodingError,
  );
  assertThrows(() => readWhole(one, TAG.sequence, () => {}), EncodingError);
  assertThrows(() => readWhole(one, TAG.set, (reader) => reader.any()), EncodingError);
});
