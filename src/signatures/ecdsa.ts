/**
 * ECDSA over a digest that is already computed (FIPS 186-4 §6.4).
 *
 * @module
 */
import { integerToBytes } from "@/signatures/big_integer.ts";
import { CURVES, orderOf } from "@/signatures/curve.ts";
import type { EcKey } from "@/signatures/public_key.ts";
import { readSignaturePair } from "@/signatures/signature_pair.ts";

/**
 * Whether a signature over a digest is the key's. A digest longer than the curve's order counts with
 * its leftmost bits.
 *
 * @param signature DER.
 * @throws {EncodingError} If the signature is no pair of numbers of the curve.
 */
export function verifyEcdsa(key: EcKey, digest: Uint8Array, signature: Uint8Array): boolean {
  const { r, s } = readSignaturePair(signature, orderOf(key.curve));
  const curve = CURVES[key.curve];
  const length = curve.Point.Fn.BYTES;
  const compact = Uint8Array.from([...integerToBytes(r, length), ...integerToBytes(s, length)]);
  // OpenSSL makes and accepts s above half of the order; the default of the library would not.
  return curve.verify(compact, digest, key.point, { prehash: false, lowS: false });
}
