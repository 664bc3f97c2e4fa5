/**
 * The elliptic curves that can be verified with: the NIST ones of `@noble/curves`.
 *
 * @module
 */
import { p256, p384, p521 } from "@noble/curves/nist.js";

/** The curves, by their NIST name. */
export const CURVES = { "P-256": p256, "P-384": p384, "P-521": p521 } as const;

/** Name of a curve. */
export type Curve = keyof typeof CURVES;

/** Whether some bytes are a point of a curve, as SEC 1 §2.3.3 encodes it. */
export function isPointOf(curve: Curve, point: Uint8Array): boolean {
  return CURVES[curve].utils.isValidPublicKey(point);
}

/** The number of points that the curve's generator reaches (n). */
export function orderOf(curve: Curve): bigint {
  return CURVES[curve].Point.Fn.ORDER;
}
