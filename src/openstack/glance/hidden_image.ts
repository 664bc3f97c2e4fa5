/**
 * Small images that are attached to another one: creates and fills them, and refers to them in a
 * property. This is the only thing that the program writes to Glance.
 *
 * @module
 */
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { parseJson } from "@/openstack/http/answer.ts";
import { type ImageRecord, parseImageRecord } from "@/openstack/glance/image.ts";

/** The part of a client that makes changes. */
export type ChangingClient = Pick<GlanceClient, "change">;

/** What is made: its name, its visibility (`public`, `private`, …) and its data. */
export type HiddenImage = {
  readonly name: string;
  readonly visibility: string;
  readonly text: string;
};

/**
 * Creates a hidden image (`os_hidden`, Image API 2.7) with its data. It is removed again if the
 * data cannot be sent.
 *
 * @throws {ToolError} `permission_denied`, if these credentials are not allowed to;
 * `source_unavailable`, if the answer is not a record; else as `GlanceClient.change`.
 */
export async function createHidden(
  client: ChangingClient,
  { name, visibility, text }: HiddenImage,
  signal: AbortSignal,
): Promise<ImageRecord> {
  const fields = {
    name,
    visibility,
    os_hidden: true,
    disk_format: "raw",
    container_format: "bare",
  };
  const body = { type: "application/json", text: JSON.stringify(fields) };
  const answer = await client.change("POST", "/v2/images", body, signal);
  const made = parseImageRecord(parseJson(answer, `create image '${name}'`));
  try {
    const data = { type: "application/octet-stream", text };
    await client.change("PUT", `/v2/images/${made.id}/file`, data, signal);
    return made;
  } catch (error) {
    await takeBack(client, made.id);
    throw error;
  }
}

/**
 * Adds or replaces a property of an image (Image API, "Update image").
 *
 * @throws {ToolError} `permission_denied`, if it belongs to another project; else as
 * `GlanceClient.change`.
 */
export async function setProperty(
  client: ChangingClient,
  { id, properties }: Pick<ImageRecord, "id" | "properties">,
  name: string,
  value: string,
  signal: AbortSignal,
): Promise<void> {
  const op = name in properties ? "replace" : "add";
  await client.change("PATCH", `/v2/images/${id}`, {
    type: "application/openstack-images-v2.1-json-patch",
    text: JSON.stringify([{ op, path: `/${name}`, value }]),
  }, signal);
}

/**
 * Removes an image that is no longer needed, even after the run was aborted: each request has its
 * own time limit. An image that cannot be removed is left.
 */
export async function takeBack(client: ChangingClient, id: string): Promise<void> {
  await removeImage(client, id, new AbortController().signal).catch(() => {});
}

/** Removes an image. @throws {ToolError} As `GlanceClient.change`. */
export async function removeImage(
  client: ChangingClient,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  await client.change("DELETE", `/v2/images/${id}`, undefined, signal);
}
