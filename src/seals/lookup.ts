/**
 * Finds the seal of an image. Where it comes from proves nothing: its signature does.
 *
 * @module
 */
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { PublicSealKey } from "@/seals/key.ts";
import { openSeal, type SealedImage, type TrustedSeal } from "@/seals/seal.ts";

/** One place that may have seals. */
export interface SealStore {
  /** What it is, for messages. */
  readonly label: string;
  /**
   * Looks for the seal of an image.
   *
   * @returns Its text, or `undefined` if the place claims to have none.
   * @throws {ToolError} What kept the place from giving it.
   */
  find(record: ImageRecord, signal: AbortSignal): Promise<string | undefined>;
}

/** What a record says that a seal must be for; `undefined` where it says too little. */
export function sealedImage({ id, size, hash }: ImageRecord): SealedImage | undefined {
  return size === null || hash === null ? undefined : { id, size, hash };
}

/**
 * The first trusted seal of an image.
 *
 * @returns `undefined` if no place has any.
 * @throws {ToolError} `signature_invalid`, if there are seals and none can be used; it says why.
 */
export async function findSeal(
  stores: readonly SealStore[],
  record: ImageRecord,
  keys: readonly PublicSealKey[],
  signal: AbortSignal,
): Promise<TrustedSeal | undefined> {
  const image = sealedImage(record);
  if (image === undefined) return undefined;
  const problems: string[] = [];
  for (const store of stores) {
    try {
      const text = await store.find(record, signal);
      if (text !== undefined) return await openSeal(text, image, keys);
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof ToolError)) throw error;
      problems.push(`${store.label}: ${error.message}`);
    }
  }
  if (problems.length === 0) return undefined;
  throw new ToolError(
    "signature_invalid",
    `Cannot use the seal of image '${record.id}' (${problems.join("; ")})`,
    { hints: [`seal it again: glance-direct seal ${record.id} --key KEY.pem`] },
  );
}
