/**
 * DER: elements and the values in them.
 *
 * @module
 */
import fc from "fast-check";
import { numberToBytesBE } from "@noble/curves/utils.js";
import {
  bitStringValue,
  booleanValue,
  DerReader,
  readBitStringBytes,
  readInteger,
  readObjectIdentifier,
  readTime,
  readUnsigned,
  readWhole,
  TAG,
} from "@/signatures/der.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { assertEquals, assertThrows } from "@std/assert";
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

Deno.test("DerReader accepts one encoding only: what it reads is what DER writes", () => {
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

const reader = (tag: number, ...content: readonly number[]) => new DerReader(tlv(tag, content));

function refuses(read: (reader: DerReader) => unknown, tag: number, contents: readonly number[][]) {
  for (const content of contents) {
    assertThrows(() => read(reader(tag, ...content)), EncodingError, undefined, `${content}`);
  }
}

Deno.test("readUnsigned reads every number from its minimal encoding, and from no longer one", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 1n << 600n }), (value) => {
    const length = Math.floor(value.toString(2).length / 8) + 1;
    const minimal = value === 0n ? [0] : [...numberToBytesBE(value, length)];
    assertEquals(readUnsigned(reader(TAG.integer, ...minimal)), value);
    refuses(readUnsigned, TAG.integer, [[0, ...minimal]]);
  }));
});

Deno.test("readUnsigned refuses negative and empty numbers", () => {
  refuses(readUnsigned, TAG.integer, [[], [0x80], [0xff], [0xff, 0x7f]]);
});

Deno.test("readInteger accepts a negative number, as a serial number may be, but only a minimal one", () => {
  assertEquals([...readInteger(reader(TAG.integer, 0xff))], [0xff]);
  assertEquals([...readInteger(reader(TAG.integer, 0xff, 0x7f))], [0xff, 0x7f]);
  refuses(readInteger, TAG.integer, [[0xff, 0x80], [0x00, 0x7f]]);
});

Deno.test("booleanValue accepts 00 and FF only", () => {
  assertEquals(booleanValue(Uint8Array.of(0)), false);
  assertEquals(booleanValue(Uint8Array.of(0xff)), true);
  for (const wrong of [[], [1], [0xff, 0xff]]) {
    assertThrows(() => booleanValue(Uint8Array.from(wrong)), EncodingError);
  }
});

Deno.test("bitStringValue requires padding of zeros, shorter than a byte", () => {
  assertEquals(bitStringValue(Uint8Array.of(2, 0x04)), { bytes: Uint8Array.of(4), unused: 2 });
  assertEquals(bitStringValue(Uint8Array.of(0)), { bytes: new Uint8Array(), unused: 0 });
  for (const wrong of [[], [1], [8, 0], [3, 0x04]]) {
    assertThrows(
      () => bitStringValue(Uint8Array.from(wrong)),
      EncodingError,
      undefined,
      `${wrong}`,
    );
  }
});

Deno.test("readBitStringBytes requires whole bytes", () => {
  assertEquals(readBitStringBytes(reader(TAG.bitString, 0, 7)), Uint8Array.of(7));
  refuses(readBitStringBytes, TAG.bitString, [[1, 0]]);
});

Deno.test("readObjectIdentifier reads known identifiers", () => {
  const known: Record<string, readonly number[]> = {
    "1.2.840.113549.1.1.11": [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
    "2.5.29.19": [0x55, 0x1d, 0x13],
    "2.999.3": [0x88, 0x37, 0x03],
    "0.0": [0x00],
    "1.39": [0x4f],
  };
  for (const [name, content] of Object.entries(known)) {
    assertEquals(readObjectIdentifier(reader(TAG.objectIdentifier, ...content)), name);
  }
});

Deno.test("readObjectIdentifier refuses what is empty, cut off, padded or endless", () => {
  refuses(readObjectIdentifier, TAG.objectIdentifier, [[
    ...new Array<number>(63).fill(0xff),
    0x01,
  ]]);
  refuses(readObjectIdentifier, TAG.objectIdentifier, [[], [0x55, 0x80, 0x01], [0x80], [
    0x55,
    0x86,
  ]]);
});

const time = (tag: number, text: string) =>
  readTime(reader(tag, ...new TextEncoder().encode(text)));

Deno.test("readTime reads both forms, with the century turned at 1950", () => {
  assertEquals(time(TAG.utcTime, "491231235959Z"), Date.UTC(2049, 11, 31, 23, 59, 59));
  assertEquals(time(TAG.utcTime, "500101000000Z"), Date.UTC(1950, 0, 1));
  assertEquals(time(TAG.generalizedTime, "20500101000000Z"), Date.UTC(2050, 0, 1));
  assertEquals(time(TAG.generalizedTime, "99991231235959Z"), Date.UTC(9999, 11, 31, 23, 59, 59));
});

Deno.test("readTime refuses other forms and days that do not exist", () => {
  const wrong = [
    "2506010000Z",
    "250601000000",
    "250601000000+0000",
    "250229000000Z",
    "251301000000Z",
    "250601240000Z",
    "",
    "250601000000Zx",
  ];
  for (const text of wrong) {
    assertThrows(() => time(TAG.utcTime, text), EncodingError, undefined, text);
  }
  for (const text of ["250601000000Z", "20250601000000.5Z", "00000000000000Z"]) {
    assertThrows(() => time(TAG.generalizedTime, text), EncodingError, undefined, text);
  }
  assertThrows(() => time(TAG.octetString, "250601000000Z"), EncodingError);
});
