/**
 * The arithmetic under RSA and DSA.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  bitLength,
  bytesToInteger,
  integerToBytes,
  modPow,
  modPowProduct,
} from "@/signatures/big_integer.ts";

Deno.test("integerToBytes and bytesToInteger undo each other", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assertEquals(integerToBytes(bytesToInteger(bytes), bytes.length), new Uint8Array(bytes));
  }));
});

Deno.test("bitLength counts the bits of a number without leading zeros", () => {
  assertEquals([0n, 1n, 2n, 255n, 256n].map(bitLength), [0, 1, 2, 8, 9]);
});

/** Numbers of all lengths, those around powers of two among them: there an estimate is worst. */
const anyModulus = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.bigInt({ min: -2n, max: 2n }))
  .map(([bits, more]) => (1n << BigInt(bits)) + more).filter((modulus) => modulus >= 2n);

Deno.test("modPow is exponentiation with a remainder", () => {
  const small = fc.bigInt({ min: 0n, max: 500n });
  const modulus = fc.oneof(anyModulus, fc.bigInt({ min: 2n, max: 1n << 64n }));
  fc.assert(
    fc.property(small, small, modulus, (base, exponent, modulus) => {
      assertEquals(modPow(base, exponent, modulus), base ** exponent % modulus);
    }),
  );
});

Deno.test("modPow of a sum of exponents is the product of its parts, however long all of them are", () => {
  const any = fc.bigInt({ min: 0n, max: 1n << 700n });
  fc.assert(
    fc.property(any, any, any, anyModulus, (base, one, other, modulus) => {
      const product = modPow(base, one, modulus) * modPow(base, other, modulus) % modulus;
      assertEquals(modPow(base, one + other, modulus), product);
    }),
  );
});

Deno.test("modPowProduct multiplies powers, whichever exponent is the longest", () => {
  const any = fc.bigInt({ min: 0n, max: 1n << 200n });
  const factors = fc.array(fc.tuple(any, any), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(factors, anyModulus, (factors, modulus) => {
      const expected = factors.reduce(
        (product, [base, exponent]) => product * modPow(base, exponent, modulus) % modulus,
        1n % modulus,
      );
      assertEquals(modPowProduct(factors, modulus), expected);
    }),
  );
});
