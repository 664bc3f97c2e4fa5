/**
 * The arithmetic under RSA and DSA.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { bitLength, bytesToInteger, integerToBytes, modPow } from "@/verify/big_integer.ts";

Deno.test("integerToBytes and bytesToInteger undo each other", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assertEquals(integerToBytes(bytesToInteger(bytes), bytes.length), new Uint8Array(bytes));
  }));
});

Deno.test("bitLength counts the bits of a number without leading zeros", () => {
  assertEquals([0n, 1n, 2n, 255n, 256n].map(bitLength), [0, 1, 2, 8, 9]);
});

Deno.test("modPow is exponentiation with a remainder", () => {
  const small = fc.bigInt({ min: 0n, max: 500n });
  fc.assert(
    fc.property(small, small, fc.bigInt({ min: 2n, max: 1n << 64n }), (base, exponent, modulus) => {
      assertEquals(modPow(base, exponent, modulus), base ** exponent % modulus);
    }),
  );
});
