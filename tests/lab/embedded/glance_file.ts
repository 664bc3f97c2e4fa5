/**
 * `GET /v2/images/{id}/file` of the embedded Glance: data, ranges and refusals like the real one
 * (glance/api/v2/image_data.py).
 *
 * @module
 */
import { pieces } from "./content.ts";
import type { ImageContent } from "./content.ts";
import type { GlanceImage } from "./glance_image.ts";
import type { Answer } from "./http_server.ts";
import { errorPage } from "./webob.ts";

/** What the answer to a download depends on. */
export interface FileOptions {
  /** Whether the store can start in the middle: `file` can, `rbd` cannot. */
  readonly randomAccess: boolean;
  /** Whether the caller may read deactivated images. */
  readonly admin: boolean;
  /** The image's record. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Answers a download. */
export function fileAnswer(image: GlanceImage, range: string | null, options: FileOptions): Answer {
  if (image.status === "deactivated" && !options.admin) {
    const text = "The requested image has been deactivated. Image data download is forbidden.";
    return errorPage(403, text);
  }
  const { data } = image;
  if (data === null) return { status: 204 };
  const headers = {
    "Content-Type": "application/octet-stream",
    ...options.record.checksum === null ? {} : { "Content-Md5": `${options.record.checksum}` },
  };
  const size = typeof options.record.size === "number" ? options.record.size : null;
  if (range !== null) return rangeAnswer(data, range, size ?? 0, headers, options);
  // The length is the record's, whatever the store contains.
  return { status: 200, headers, body: slice(data, 0, data.size, size) };
}

function rangeAnswer(
  data: ImageContent,
  range: string,
  size: number,
  headers: Readonly<Record<string, string>>,
  { randomAccess }: FileOptions,
): Answer {
  if (range.includes(",")) {
    return errorPage(
      400,
      "Requests with multiple ranges are not supported in Glance. " +
        "You may make multiple single-range requests instead.",
    );
  }
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === undefined || last === undefined || first + last === "") {
    return unavailable("Invalid Range header.");
  }
  if (Number(first) >= size) {
    return unavailable(
      "Invalid start position in Range header. " +
        `Start position MUST be in the inclusive range [0, ${size - 1}].`,
    );
  }
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (!randomAccess) {
    return errorPage(
      400,
      "Getting images randomly from this store is not supported. " +
        `Offset: ${start}, length: ${end - start}`,
    );
  }
  return {
    status: 206,
    headers: { ...headers, "Content-Range": `bytes ${start}-${end - 1}/${size}` },
    body: slice(data, start, end, end - start),
  };
}

function unavailable(detail: string): Answer {
  return errorPage(416, "The Range requested is not available.", { detail });
}

function slice(data: ImageContent, start: number, end: number, length: number | null) {
  return { length, pieces: (step?: number) => pieces(data, start, Math.min(end, data.size), step) };
}
