/**
 * Compares the chunks of an image with those of its seal.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { ChunkPlan } from "@/plan/chunks.ts";
import type { Rules } from "@/plan/rules.ts";
import { CHUNK_SIZE, chunkCount, chunkLength, digestAt } from "@/seals/chunks.ts";
import { sameBytes } from "@/signatures/digest.ts";
import type { Content } from "@/transfer/verdict.ts";

/** Maximum number of offsets in an error; a file of another image would have thousands. */
const MOST_NAMED = 20;

/** One comparison. */
export class SealComparison {
  readonly #rules: Rules;
  readonly #plan: Extract<ChunkPlan, { kind: "verify" }>;
  readonly #wrong: number[] = [];

  /** Compares with the seal of the plan. */
  constructor(rules: Rules, plan: Extract<ChunkPlan, { kind: "verify" }>) {
    this.#rules = rules;
    this.#plan = plan;
  }

  /**
   * Compares one chunk.
   *
   * @throws {ToolError} `digest_mismatch`, if it differs and the first difference ends the
   * transfer.
   */
  take(index: number, digest: Uint8Array<ArrayBuffer>): void {
    const { seal, stopAtFirst } = this.#plan;
    const expected = digestAt(seal.digests, index);
    if (sameBytes(digest, expected)) return;
    if (stopAtFirst) throw chunkMismatch(this.#rules, index, digest, expected);
    this.#wrong.push(index);
  }

  /**
   * The content, once every chunk was compared.
   *
   * @param known What other checks found about the bytes.
   * @throws {ToolError} `digest_mismatch`, with the offsets of the chunks that differ.
   */
  content(known: Content): Content {
    const { record, size } = this.#rules;
    if (this.#wrong.length > 0) throw chunksMismatch(this.#rules, this.#wrong);
    if (record.hash === null) throw new TypeError("a seal over an image without a hash");
    const { algorithm, value } = record.hash;
    const seal = { key: this.#plan.seal.key, chunks: chunkCount(size) };
    return { ...known, hash: { algorithm, value, origin: "seal", seal } };
  }
}

function chunkMismatch(
  { record: { id }, size }: Rules,
  index: number,
  digest: Uint8Array,
  expected: Uint8Array,
): ToolError {
  const offset = index * CHUNK_SIZE;
  return new ToolError(
    "digest_mismatch",
    `Cannot verify image '${id}': the ${chunkLength(index, size)} bytes at offset ${offset} are ${
      worded(digest)
    }, by its seal ${worded(expected)}`,
    { hints: [`nothing was kept; compare with the record: openstack image show ${id}`] },
  );
}

function worded(digest: Uint8Array): string {
  return digest.every((byte) => byte === 0) ? "all zero" : `sha256 '${digest.toHex()}'`;
}

function chunksMismatch(
  { record: { id }, size }: Rules,
  wrong: readonly number[],
): ToolError {
  const offsets = wrong.toSorted((a, b) => a - b).map((index) => index * CHUNK_SIZE);
  const named = offsets.slice(0, MOST_NAMED).join(", ");
  const more = offsets.length > MOST_NAMED ? ` and ${offsets.length - MOST_NAMED} more` : "";
  return new ToolError(
    "digest_mismatch",
    `Cannot verify image '${id}': ${wrong.length} of ${
      chunkCount(size)
    } chunks (${CHUNK_SIZE} bytes each) differ from its seal, at the offsets ${named}${more}`,
    { hints: [`replace the file: glance-direct fetch --force ${id}`] },
  );
}
