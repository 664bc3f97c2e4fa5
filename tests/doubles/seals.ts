/**
 * Keys and seals for tests.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type ImageContent, read } from "@lab/embedded/content.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { CHUNK_SIZE, chunkCount, chunkLength, DIGEST_SIZE } from "@/seals/chunks.ts";
import { readSigner, type Signer } from "@/seals/key.ts";
import { sealedImage as imageToSeal } from "@/seals/lookup.ts";
import { makeSeal, type SealedImage } from "@/seals/seal.ts";
import type { Statement } from "@/seals/statement.ts";

/** Made by `openssl genpkey -algorithm ed25519` for these tests. */
export const PRIVATE_PEM = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIMr+IaA4EPW6Dq0s26Xa2wxk0DVJSMMsFAx4rjYHM3tK
-----END PRIVATE KEY-----
`;

/** Its public half, by `openssl pkey -pubout`. */
export const PUBLIC_PEM = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA8HV29RHcX4BGQsRzPbQx/1ulBEWr7DDBLKsviH9Oo6s=
-----END PUBLIC KEY-----
`;

/** Another one, whose private half signs nothing here. */
export const OTHER_PUBLIC_PEM = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAb5bO/1kqm0/+ACRDvx3NaFIUGEE2BkbrEUZi4jT5OHg=
-----END PUBLIC KEY-----
`;

/** Who signs here. */
export async function signer(): Promise<Signer> {
  return await readSigner(PRIVATE_PEM);
}

/** The digests of a content's chunks, computed in the plainest way. */
export function digestsOf(content: ImageContent): Uint8Array<ArrayBuffer> {
  const digests = new Uint8Array(chunkCount(content.size) * DIGEST_SIZE);
  for (let index = 0; index < chunkCount(content.size); index++) {
    const bytes = read(content, index * CHUNK_SIZE, chunkLength(index, content.size));
    if (sha256(bytes) === sha256(new Uint8Array(bytes.length))) continue;
    digests.set(Uint8Array.fromHex(sha256(bytes)), index * DIGEST_SIZE);
  }
  return digests;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The image that a seal of this record is for. */
export function sealedImage(record: ImageRecord): SealedImage {
  const image = imageToSeal(record);
  if (image === undefined) throw new TypeError("an image without size or hash");
  return image;
}

/** The true statement about a content, as the record describes it. */
export function statementOf(
  image: SealedImage,
  content: ImageContent,
): Statement {
  const { id, size, hash } = image;
  return { image: id, size, hash, digests: digestsOf(content), time: "2026-11-29T18:00:00.000Z" };
}

/** A seal over a content, with a statement that may be changed first. */
export async function sealOf(
  image: SealedImage,
  content: ImageContent,
  changes: Partial<Statement> = {},
): Promise<string> {
  return await makeSeal({ ...statementOf(image, content), ...changes }, await signer());
}
