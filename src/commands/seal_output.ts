/**
 * The target of a seal: a file, or Glance next to its image.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { Ingest } from "@/cache/ingest.ts";
import type { Context } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import {
  createHidden,
  removeImage,
  setProperty,
  takeBack,
} from "@/openstack/glance/hidden_image.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { SEAL_PROPERTY, sealName } from "@/seals/lookup.ts";

/** Everybody may read a seal: it has no secret, and its signature proves it. */
const MODE = 0o644;

/**
 * Writes `ID.seal` atomically and replaces an older one.
 *
 * @returns Its path.
 * @throws {ToolError} `cannot_create`, `no_space` or `io`.
 */
export async function writeSeal(
  context: Pick<Context, "files" | "identity" | "log">,
  directory: string,
  imageId: string,
  text: string,
): Promise<string> {
  const path = join(resolve(directory), sealName(imageId));
  using ingest = await Ingest.begin(context, { path, mode: MODE, replace: true });
  ingest.file.writeAt(new TextEncoder().encode(text), 0);
  ingest.commit();
  return path;
}

/**
 * Publishes a seal as a hidden image, and sets a property of the sealed image to its id. The
 * previous seal is removed.
 *
 * @returns Id of the hidden image.
 * @throws {ToolError} `permission_denied`, or another error of Glance; then nothing has changed.
 */
export async function publishSeal(
  { log }: Pick<Context, "log">,
  client: Pick<GlanceClient, "change" | "show">,
  record: ImageRecord,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  const { visibility = "private" } = record.properties;
  const hidden = { name: sealName(record.id), visibility, text };
  try {
    const { id } = await createHidden(client, hidden, signal);
    await setProperty(client, record, SEAL_PROPERTY, id, signal).catch(async (error) => {
      await takeBack(client, id);
      throw error;
    });
    await removeFormer(log, client, record, signal);
    return id;
  } catch (error) {
    throw withOtherWay(error, record);
  }
}

/** Only an image named as a seal of this image: the property could name any image. */
async function removeFormer(
  log: Context["log"],
  client: Pick<GlanceClient, "change" | "show">,
  { id, properties }: ImageRecord,
  signal: AbortSignal,
): Promise<void> {
  const former = properties[SEAL_PROPERTY];
  if (former === undefined) return;
  try {
    const { name } = await client.show(former, signal);
    if (name === sealName(id)) await removeImage(client, former, signal);
  } catch (error) {
    if (error instanceof ToolError && error.code === "not_found") return;
    log("warning", `The previous seal, image '${former}', is not removed: ${messageOf(error)}`);
  }
}

function withOtherWay(error: unknown, { id }: ImageRecord): unknown {
  if (!(error instanceof ToolError) || error.code !== "permission_denied") return error;
  return new ToolError(error.code, `Cannot publish the seal of image '${id}': ${error.message}`, {
    hints: [
      "use the credentials of the image's owner, or of an administrator",
      `write a file instead, for [glance_direct]seal_dir: glance-direct seal ${id} --key KEY.pem -o DIR`,
    ],
  });
}
