/**
 * Changes to the embedded Glance: images are created, filled, patched and removed, as far as the
 * program does so (glance/api/v2/images.py and image_data.py).
 *
 * @module
 */
import { dense } from "./content.ts";
import { GlanceImage } from "./glance_image.ts";
import type { RecordOptions } from "./glance_image.ts";
import type { Answer } from "./http_server.ts";
import { jsonAnswer } from "./python_json.ts";
import { errorPage } from "./webob.ts";

/** The only media type of a patch that the program sends. */
const PATCH_TYPE = "application/openstack-images-v2.1-json-patch";

/** One request that makes a change. */
export interface Change {
  /** What is asked. */
  readonly request: Request;
  /** Id of the image, if it is in the path. */
  readonly id: string | undefined;
  /** The part after it. */
  readonly part: string | undefined;
  /** All images by id. */
  readonly images: Map<string, GlanceImage>;
  /** How records look. */
  readonly record: RecordOptions;
}

/** Carries out a change; `undefined` if Glance does not have such a request. */
export async function changeAnswer(change: Change): Promise<Answer | undefined> {
  const { id, images, part, request } = change;
  if (id === undefined) return request.method === "POST" ? await created(change) : undefined;
  const image = images.get(id);
  if (image === undefined) return errorPage(404, `No image found with ID ${id}`);
  switch (`${request.method} ${part ?? ""}`) {
    case "PUT file":
      return await filled(change, image);
    case "PATCH ":
      return await patched(change, image);
    case "DELETE ":
      images.delete(id);
      return { status: 204 };
    default:
      return undefined;
  }
}

async function created({ images, record, request }: Change): Promise<Answer> {
  const { name, disk_format: diskFormat, ...fields } = await request.json();
  const image = new GlanceImage({ name, diskFormat, record: fields }, images.size);
  images.set(image.id, image);
  const headers = { "Location": new URL(`/v2/images/${image.id}`, request.url).href };
  return jsonAnswer(201, image.record(record), headers);
}

async function filled({ images, request }: Change, image: GlanceImage): Promise<Answer> {
  if (image.status !== "queued") {
    return errorPage(409, `Image status transition from ${image.status} to saving is not allowed`);
  }
  const content = dense(new Uint8Array(await request.arrayBuffer()));
  const { virtualSize: _, ...options } = image.options;
  images.set(image.id, new GlanceImage({ ...options, id: image.id, content }, images.size));
  return { status: 204 };
}

async function patched({ images, record, request }: Change, image: GlanceImage): Promise<Answer> {
  if (request.headers.get("content-type") !== PATCH_TYPE) {
    return errorPage(415, "The server does not support the media type of the request body.");
  }
  const properties = { ...image.options.properties };
  for (const { op, path, value } of await request.json()) {
    const name = path.slice(1);
    if (op === "replace" && !(name in properties)) {
      return errorPage(409, `Property ${name} does not exist.`);
    }
    properties[name] = value;
  }
  const options = { ...image.options, id: image.id, status: image.status, properties };
  const changed = new GlanceImage(options, images.size);
  images.set(image.id, changed);
  return jsonAnswer(200, changed.record(record));
}
