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

/** `base ** exponent % modulus`, for an exponent of at least 0 and a modulus of at least 2. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = result * square % modulus;
    square = square * square % modulus;
  }
  return result;
}
