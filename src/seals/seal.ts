/**
 * A seal: a {@linkcode Statement} in a signed envelope.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { ExpectedHash } from "@/openstack/glance/image.ts";
import { type Envelope, readEnvelope, signedBytes, writeEnvelope } from "@/seals/envelope.ts";
import { isSignedBy, type PublicSealKey, type Signer } from "@/seals/key.ts";
import { longestSeal, readStatement, type Statement, writeStatement } from "@/seals/statement.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** The image that a seal must be for, from the record of Glance; its size in bytes. */
export type SealedImage = {
  readonly id: string;
  readonly size: number;
  readonly hash: ExpectedHash;
};

/**
 * The content of a trusted seal: the id of its key, and the concatenated digests of the chunks. Plain
 * values, so that it can be sent to a thread.
 */
export type TrustedSeal = { readonly key: string; readonly digests: Uint8Array<ArrayBuffer> };

/** Signs a statement. @returns The text of the seal. */
export async function makeSeal(statement: Statement, signer: Signer): Promise<string> {
  const payload = writeStatement(statement);
  const sig = await signer.sign(signedBytes(payload));
  return writeEnvelope({ payload, signatures: [{ keyid: signer.key.id, sig }] });
}

/**
 * Opens a seal. The payload is not parsed before its signature is verified.
 *
 * @param text The seal; always untrusted.
 * @param keys The trusted keys.
 * @throws {ToolError} `signature_invalid`, if it is not a seal of a trusted key over exactly this
 * image.
 */
export async function openSeal(
  text: string,
  image: SealedImage,
  keys: readonly PublicSealKey[],
): Promise<TrustedSeal> {
  try {
    const longest = longestSeal(image.size);
    if (text.length > longest) throw new EncodingError(`it is longer than ${longest} bytes`);
    const envelope = readEnvelope(text);
    const key = await trustedSigner(envelope, keys);
    const statement = readStatement(envelope.payload);
    expectSame(statement, image);
    return { key: key.id, digests: statement.digests };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw new ToolError("signature_invalid", error.message, {
      hints: [`seal the image again: glance-direct seal ${image.id} --key KEY.pem`],
    });
  }
}

/** A key's name in the envelope only saves trying other keys. */
async function trustedSigner(
  { payload, signatures }: Envelope,
  keys: readonly PublicSealKey[],
): Promise<PublicSealKey> {
  const bytes = signedBytes(payload);
  for (const { keyid, sig } of signatures) {
    for (const key of keys) {
      if (keyid !== "" && keyid !== key.id) continue;
      if (await isSignedBy(key, sig, bytes)) return key;
    }
  }
  const isKnown = signatures.some(({ keyid }) => keys.some(({ id }) => id === keyid));
  if (isKnown) throw new EncodingError("its signature does not match its content");
  const named = signatures.map(({ keyid }) => JSON.stringify(keyid.slice(0, 64))).join(", ");
  throw new EncodingError(
    `it is signed by ${named}, expected one of ${keys.map(({ id }) => `"${id}"`).join(", ")}`,
  );
}

function expectSame({ image, size, hash }: Statement, expected: SealedImage): void {
  const { algorithm, value } = expected.hash;
  const pairs = [
    ["image", image, expected.id],
    ["size", `${size}`, `${expected.size}`],
    ["hash", `${hash.algorithm} ${hash.value}`, `${algorithm} ${value}`],
  ] as const;
  for (const [what, actual, wanted] of pairs) {
    if (actual === wanted) continue;
    throw new EncodingError(
      `it is for the ${what} ${JSON.stringify(actual)}, expected "${wanted}"`,
    );
  }
}
