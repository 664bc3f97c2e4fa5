/**
 * The two places for seals: a directory of this host, and hidden images of Glance.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { isImageId } from "@/openstack/glance/image.ts";
import type { SealStore } from "@/seals/lookup.ts";
import { longestSeal } from "@/seals/statement.ts";

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
        throw new ToolError(
          "signature_invalid",
          `${SEAL_PROPERTY} is ${shown(id)}, which is not an id`,
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

/** Untrusted, and its size is not limited by Glance. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
