/**
 * Signatures made by a script of this folder, with cursive's verdicts, and ours.
 *
 * @module
 */
import { assert } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { type SignaturePlan, signaturePlan, verifySignature } from "@/signatures/signature.ts";
import { readSignatureProperties } from "@/signatures/properties.ts";
import { parseCertificate } from "@/signatures/certificate.ts";

/** A signature of an image. */
export interface Vector {
  /** Name of the key. */
  readonly key: string;
  /** What is good or bad about it. */
  readonly kind: string;
  /** The four properties. */
  readonly properties: {
    readonly certificate: string;
    readonly hash: string;
    readonly signature: string;
    readonly keyType: string;
  };
  /** Hash of the data by the method that is named, in hexadecimal digits. */
  readonly digest: string;
  /** Its verdict: `ok`, or `refused` or `crash` and why. */
  readonly cursive: string;
}

/** What a script prints. */
export interface Vectors {
  /** PEM, by the name of the key. */
  readonly certificates: Readonly<Record<string, string>>;
  /** The signatures. */
  readonly vectors: readonly Vector[];
}

function planOf(vector: Vector, certificates: Vectors["certificates"]): SignaturePlan {
  const { certificate, hash, keyType, signature } = vector.properties;
  const properties = readSignatureProperties({
    id: "image",
    properties: {
      img_signature: signature,
      img_signature_hash_method: hash,
      img_signature_key_type: keyType,
      img_signature_certificate_uuid: certificate,
    },
  });
  const pem = parseCertificate(certificates[certificate] ?? "", certificate);
  return signaturePlan("image", properties, pem, false);
}

/** `ok`, or the message of the refusal. Anything but a {@linkcode ToolError} is a bug and fails. */
export function verdict(vector: Vector, certificates: Vectors["certificates"]): string {
  try {
    verifySignature(planOf(vector, certificates), Uint8Array.fromHex(vector.digest));
    return "ok";
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.message;
  }
}

/** Milliseconds that an action takes: the best of five, for other work shares the machine. */
export function bestTime(action: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    action();
    return performance.now() - started;
  });
  return Math.min(...times);
}

/**
 * A verification costs little, good or bad.
 *
 * @param most Milliseconds.
 */
export function checkCost(
  vector: Vector,
  certificates: Vectors["certificates"],
  most: number,
): void {
  const best = bestTime(() => verdict(vector, certificates));
  assert(best <= most, `${vector.key}, ${vector.kind}: ${best} ms, at most ${most} ms`);
}
