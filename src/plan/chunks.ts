/**
 * Decides how to process the chunks of an image: if there is a trusted seal, they are compared with
 * it.
 *
 * @module
 */
import { expectedFailure } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { findSeal, glanceSeals, sealDirectory, type SealStore } from "@/seals/lookup.ts";
import type { TrustedSeal } from "@/seals/seal.ts";
import { readTrustedKeys } from "@/seals/trusted_keys.ts";

/** What the search for seals needs. */
export type SealParts = {
  readonly context: Pick<Context, "files" | "log">;
  readonly config: Pick<Config, "get">;
  readonly client: Pick<GlanceClient, "show" | "text">;
};

/** How to process the chunks of an image in transit. Plain data. */
export type ChunkPlan =
  /** Each chunk is compared with a seal, which then replaces the hash of the record. */
  | {
    readonly kind: "verify";
    readonly seal: TrustedSeal;
    /** Most threads. */
    readonly workers: number;
    /** Whether the first wrong chunk ends the transfer; otherwise all are reported. */
    readonly stopAtFirst: boolean;
  }
  /** Each chunk is digested to make a seal; the hash is still verified. */
  | { readonly kind: "digest"; readonly workers: number };

/** Threads for a transfer; more gain nothing. */
const MOST_WORKERS = 4;

/** Threads that one reader can keep busy; each may hold a chunk in memory. */
const MOST_CORES = 16;

/** Threads for work that a user waits for. */
export function allCores(): number {
  return Math.min(MOST_CORES, navigator.hardwareConcurrency);
}

/**
 * Threads for each of some transfers: together half the cores, because guests run on the others.
 *
 * @example
 * ```ts
 * import { shareOfCores } from "@/plan/chunks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1, 2, 4, 20].map((transfers) => shareOfCores(transfers, 16)), [4, 4, 2, 1]);
 * ```
 */
export function shareOfCores(transfers: number, cores: number = allCores()): number {
  return Math.max(1, Math.min(MOST_WORKERS, Math.floor(cores / 2 / transfers)));
}

/** Where to look for seals, the place without a network first. */
export function sealStores({ client, config, context }: SealParts): readonly SealStore[] {
  const directory = config.get("glance_direct.seal_dir");
  return [
    ...directory === undefined ? [] : [sealDirectory(context.files, directory)],
    glanceSeals(client),
  ];
}

/**
 * The plan for the chunks of an image. Any problem with a seal is one warning; then the hash over
 * the whole image is verified.
 */
export async function chunkPlan(
  parts: SealParts,
  record: ImageRecord,
  { digestChunks, transfers = 1, verify }: Pick<
    FetchRequest,
    "digestChunks" | "transfers" | "verify"
  >,
  signal: AbortSignal,
): Promise<ChunkPlan | null> {
  const workers = shareOfCores(transfers);
  if (digestChunks) return { kind: "digest", workers };
  const paths = parts.config.get("glance_direct.seal_keys");
  if (paths.length === 0 || verify !== "full") return null;
  const { log, files } = parts.context;
  const { keys, problems } = readTrustedKeys(files, paths);
  for (const { message } of problems) log("warning", message);
  if (keys.length === 0) return null;
  try {
    const seal = await findSeal(sealStores(parts), record, keys, signal);
    return seal === undefined ? null : { kind: "verify", seal, workers, stopAtFirst: true };
  } catch (error) {
    log("warning", `${expectedFailure(error, signal).message}: the whole image is hashed`);
    return null;
  }
}
