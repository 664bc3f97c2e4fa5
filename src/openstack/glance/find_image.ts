/**
 * Finds an image by its id or by a unique name.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { type ImageRecord, isImageId } from "@/openstack/glance/image.ts";

/** The part of a client that finds images. */
export interface Catalogue {
  /**
   * The record of an image.
   *
   * @throws {ToolError} `not_found`; `unauthorized`; `permission_denied`; `temporary` and `timeout`
   * after `[glance]num_retries` retries; `source_unavailable`.
   */
  show(id: string, signal: AbortSignal): Promise<ImageRecord>;
  /**
   * Records of the images that match, read page by page.
   *
   * @param filters Query of `GET /v2/images`, e.g. `{ tag: ["golden"], visibility: ["public"] }`.
   * @throws {ToolError} As {@linkcode Catalogue.show}.
   */
  list(
    filters: Readonly<Record<string, readonly string[]>>,
    signal: AbortSignal,
  ): AsyncIterable<ImageRecord>;
}

/**
 * The record of the image with this id, else of the only one with this name.
 *
 * @throws {ToolError} `usage`, if the word is empty or several have the name; `not_found`; and
 * errors of the catalogue.
 */
export async function findImage(
  images: Catalogue,
  word: string,
  signal: AbortSignal,
): Promise<ImageRecord> {
  if (word === "") throw nameless();
  const byId = await withId(images, word, signal) ??
    await withId(images, inLowerCase(word), signal);
  if (byId !== undefined) return byId;
  const named = await withName(images, word, signal);
  const [only] = named;
  if (only === undefined) throw noSuchImage(word);
  if (named.length > 1) throw ambiguous(word, named);
  return only;
}

async function withId(
  images: Catalogue,
  id: string | undefined,
  signal: AbortSignal,
): Promise<ImageRecord | undefined> {
  if (id === undefined || !isImageId(id)) return undefined;
  try {
    return await images.show(id, signal);
  } catch (error) {
    if (error instanceof ToolError && error.code === "not_found") return undefined;
    throw error;
  }
}

/** The id in Glance's own spelling, if that differs. */
function inLowerCase(word: string): string | undefined {
  return word === word.toLowerCase() ? undefined : word.toLowerCase();
}

/** Searches like other clients do, and among hidden images only if no other image has the name. */
async function withName(
  images: Catalogue,
  name: string,
  signal: AbortSignal,
): Promise<readonly ImageRecord[]> {
  const filter = { name: [nameFilter(name)] };
  for (const more of [{}, { os_hidden: ["true"] }]) {
    const listed = await Array.fromAsync(images.list({ ...filter, ...more }, signal));
    const matches = listed.filter((one) => one.name === name);
    if (matches.length > 0) return matches;
  }
  return [];
}

/** `eq:` prevents Glance from parsing `ubuntu:22.04` as the operator 'ubuntu' (otherwise a 400). */
function nameFilter(name: string): string {
  return name.includes(":") ? `eq:${name}` : name;
}

function nameless(): ToolError {
  return new ToolError("usage", "Cannot find an image without a name: IMAGE is empty", {
    hints: ["give an id or a unique name: openstack image list"],
  });
}

function noSuchImage(word: string): ToolError {
  return new ToolError("not_found", `Cannot find image '${word}': no image has this id or name`, {
    hints: ["list the images that these credentials can see: openstack image list"],
  });
}

function ambiguous(word: string, matches: readonly ImageRecord[]): ToolError {
  const ids = matches.slice(0, 10).map(({ id }) => id).join(", ");
  const more = matches.length > 10 ? ", …" : "";
  return new ToolError(
    "usage",
    `Cannot choose image '${word}': ${matches.length} images have this name: ${ids}${more}`,
    { hints: ["give the id instead of the name"] },
  );
}
