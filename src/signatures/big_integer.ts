/**
 * The little arithmetic that RSA and DSA verification needs. All inputs are public, so nothing here
 * has to run in constant time.
 *
 * @module
 */

/** The unsigned number that some big-endian bytes stand for; 0 for none. */
export function bytesToInteger(bytes: Uint8Array): bigint {
  let digits = "0x0";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return BigInt(digits);
}

/**
 * The last `length` bytes of a number, big-endian, filled up with zeros in front.
 *
 * @param value The number; not negative and below 256 to the power of `length`.
 */
export function integerToBytes(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  const digits = value.toString(16).padStart(2 * length, "0");
  return Uint8Array.from(
    { length },
    (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** How many bits a number has; 0 for 0. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Bits of an exponent that one multiplication deals with. */
const WINDOW = 5;

/** `base ** exponent % modulus`, for an exponent of at least 0 and a modulus of at least 2. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  return modPowProduct([[base, exponent]], modulus);
}

/**
 * The product of some powers, by a modulus of at least 2. Windows, Barrett's reduction and one squaring
 * for all factors (Straus) take half the time of the textbook's way: it counts for the keys that nobody
 * has who does not want to keep us busy, with an exponent as long as the modulus or a DSA of 10000 bits.
 */
export function modPowProduct(
  factors: readonly (readonly [base: bigint, exponent: bigint])[],
  modulus: bigint,
): bigint {
  const reduce = reduction(modulus);
  const digits = Math.max(...factors.map(([, exponent]) => digitsOf(exponent).length));
  const tables = factors.map(([base, exponent]) => ({
    text: digitsOf(exponent).padStart(digits, "0"),
    powers: [1n, base % modulus], // and no more than the exponent needs: 65537 needs none
  }));
  let result = 1n;
  for (let at = 0; at < digits; at++) {
    for (let bit = 0; bit < WINDOW; bit++) result = reduce(result * result);
    for (const { text, powers } of tables) {
      const digit = Number.parseInt(text.charAt(at), 1 << WINDOW);
      while (powers.length <= digit) powers.push(reduce((powers.at(-1) ?? 0n) * (powers[1] ?? 0n)));
      if (digit > 0) result = reduce(result * (powers[digit] ?? 0n));
    }
  }
  return result;
}

function digitsOf(exponent: bigint): string {
  return exponent.toString(1 << WINDOW);
}

/** The remainder of numbers below `modulus ** 2` (Handbook of Applied Cryptography, 14.42). */
function reduction(modulus: bigint): (value: bigint) => bigint {
  const bits = BigInt(bitLength(modulus));
  const inverse = (1n << (2n * bits)) / modulus;
  return (value) => {
    let rest = value - (((value >> (bits - 1n)) * inverse) >> (bits + 1n)) * modulus;
    while (rest >= modulus) rest -= modulus;
    return rest;
  };
}
