/**
 * Finds the seal of an image: in a directory of this host, or as a hidden image of Glance. Its place
 * proves nothing; only its signature does.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { type ImageRecord, isImageId } from "@/openstack/glance/image.ts";
import type { PublicSealKey } from "@/seals/key.ts";
import { openSeal, type SealedImage, type TrustedSeal } from "@/seals/seal.ts";
import { longestSeal } from "@/seals/statement.ts";

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
      problems.push(`${store.label}: ${expectedFailure(error, signal).message}`);
    }
  }
  if (problems.length === 0) return undefined;
  throw new ToolError(
    "signature_invalid",
    `Cannot use the seal of image '${record.id}' (${problems.join("; ")})`,
    { hints: [`seal it again: glance-direct seal ${record.id} --key KEY.pem`] },
  );
}

/** The property of an image that names the hidden image with its seal. */
export const SEAL_PROPERTY = "glance_direct_seal";

/** The name of an image's seal, as a file and as a hidden image. */
export function sealName(imageId: string): string {
  return `${imageId}.seal`;
}

/** Seals as files (`[glance_direct]seal_dir`), distributed by configuration management. */
export function sealDirectory(files: Pick<Files, "readText" | "stat">, path: string): SealStore {
  return {
    label: `directory '${path}'`,
    find: (record) => Promise.try(() => read(files, join(path, sealName(record.id)), record.size)),
  };
}

function read(
  files: Pick<Files, "readText" | "stat">,
  path: string,
  size: number | null,
): string | undefined {
  const info = files.stat(path);
  if (info === undefined) return undefined;
  const longest = longestSeal(size ?? 0);
  if (!info.isFile || info.size > longest) {
    throw new ToolError("signature_invalid", `'${path}' is not a file of at most ${longest} bytes`);
  }
  return files.readText(path);
}

/** Seals as hidden images, named by the property {@linkcode SEAL_PROPERTY}. */
export function glanceSeals(client: Pick<GlanceClient, "show" | "text">): SealStore {
  return {
    label: "Glance",
    async find({ properties, size }, signal) {
      const id = properties[SEAL_PROPERTY];
      if (id === undefined) return undefined;
      if (!isImageId(id)) {
        // Untrusted, and its size is not limited by Glance.
        const shown = JSON.stringify(id.slice(0, 80));
        throw new ToolError(
          "signature_invalid",
          `${SEAL_PROPERTY} is ${shown}, which is not an id`,
        );
      }
      const { status } = await client.show(id, signal);
      if (status !== "active") {
        throw new ToolError("image_not_active", `image '${id}' is '${status}', expected 'active'`);
      }
      return await client.text(id, longestSeal(size ?? 0), signal);
    },
  };
}
