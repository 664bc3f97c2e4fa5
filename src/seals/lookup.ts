/**
 * Finds the seal of an image. Its place proves nothing; only its signature does.
 *
 * @module
 */
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { PublicSealKey } from "@/seals/key.ts";
import { openSeal, type SealedImage, type TrustedSeal } from "@/seals/seal.ts";

/** A place that may have seals. */
export interface SealStore {
  /** Its name, for messages. */
  readonly label: string;
  /**
   * Looks for the seal of an image.
   *
   * @returns Its text, or `undefined` if the place has none.
   * @throws {ToolError} What kept the place from giving it.
   */
  find(record: ImageRecord, signal: AbortSignal): Promise<string | undefined>;
}

/** The image of a record as a seal must name it; `undefined` if the record is incomplete. */
export function sealedImage({ id, size, hash }: ImageRecord): SealedImage | undefined {
  return size === null || hash === null ? undefined : { id, size, hash };
}

/**
 * The first trusted seal of an image.
 *
 * @returns `undefined` if no place has any.
 * @throws {ToolError} `signature_invalid`, with the reason, if there are seals and none can be
 * used.
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
