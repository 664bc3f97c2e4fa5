/**
 * The statement of a seal: the image with this id, size and hash consists of these chunks.
 *
 * @module
 */
import type { ExpectedHash } from "@/openstack/glance/image.ts";
import { CHUNK_SIZE, chunkCount, DIGEST_SIZE, digestAt } from "@/seals/chunks.ts";
import {
  canonicalJson,
  countOf,
  decodeStrictBase64,
  fieldsOf,
  listOf,
  textOf,
} from "@/seals/strict_json.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** The statement; only its signature makes it trustworthy. */
export interface Statement {
  /** Id of the image. */
  readonly image: string;
  /** Its size in bytes. */
  readonly size: number;
  /** Its hash from the record of Glance. */
  readonly hash: Pick<ExpectedHash, "algorithm" | "value">;
  /** The digests of its chunks, concatenated. */
  readonly digests: Uint8Array<ArrayBuffer>;
  /** When it was made, in ISO 8601; for information only. */
  readonly time: string;
}

/** Maximum bytes of a seal (64 MiB): that of an image of 4 TiB. */
const MOST_BYTES = 64 << 20;

/** Maximum bytes of the seal of an image of `size` bytes, including the envelope: 63 per chunk. */
export function longestSeal(size: number): number {
  return Math.min(MOST_BYTES, 8192 + 64 * chunkCount(size));
}

/** Largest image that can be sealed, in bytes. */
export const LARGEST_IMAGE = Math.floor((MOST_BYTES - 8192) / 64) * CHUNK_SIZE;

/** The payload of a seal. */
export function writeStatement(statement: Statement): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(textOfStatement(statement));
}

/**
 * Reads a payload. It must be exactly as {@linkcode writeStatement} writes it.
 *
 * @throws {EncodingError} If it is anything else, or the number of digests does not match the size.
 */
export function readStatement(payload: Uint8Array): Statement {
  return canonicalJson(utf8(payload), statementOf, textOfStatement);
}

function textOfStatement({ image, size, hash, digests, time }: Statement): string {
  const { algorithm, value } = hash;
  const chunks = Array.from(
    { length: digests.length / DIGEST_SIZE },
    (_, index) => digestAt(digests, index).toBase64(),
  );
  return JSON.stringify({
    image,
    size,
    hash: { algorithm, value },
    chunk_size: CHUNK_SIZE,
    chunks,
    time,
  });
}

function statementOf(json: unknown): Statement {
  const fields = fieldsOf(json, ["image", "size", "hash", "chunk_size", "chunks", "time"]);
  const { algorithm, value } = fieldsOf(fields.hash, ["algorithm", "value"]);
  if (fields.chunk_size !== CHUNK_SIZE) {
    throw new EncodingError(`its chunks are not of ${CHUNK_SIZE} bytes`);
  }
  const size = countOf(fields.size);
  return {
    image: textOf(fields.image),
    size,
    hash: { algorithm: textOf(algorithm), value: textOf(value) },
    digests: digestsOf(listOf(fields.chunks), chunkCount(size)),
    time: textOf(fields.time),
  };
}

/** The count is checked first: a size is only a number, but digests take memory. */
function digestsOf(chunks: readonly unknown[], count: number): Uint8Array<ArrayBuffer> {
  if (chunks.length !== count) {
    throw new EncodingError(`it has ${chunks.length} chunks, its size requires ${count}`);
  }
  const digests = new Uint8Array(count * DIGEST_SIZE);
  for (const [index, chunk] of chunks.entries()) {
    const digest = decodeStrictBase64(textOf(chunk));
    if (digest.length !== DIGEST_SIZE) throw new EncodingError("a digest is not SHA-256");
    digests.set(digest, index * DIGEST_SIZE);
  }
  return digests;
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EncodingError("it is not UTF-8");
  }
}
