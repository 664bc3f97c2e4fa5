/**
 * A page of `GET /v2/images`.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/** What a page holds. */
export interface Page {
  /** Image records, not looked at yet. */
  readonly images: readonly unknown[];
  /** Where the next page begins; `undefined` on the last one. */
  readonly marker: string | undefined;
}

const NOT_GLANCE = "check that the endpoint is a Glance v2 API: glance-direct doctor";

/**
 * Reads a page. Of its link `next` only the marker is taken: another host must not get the token.
 *
 * @param answer The parsed body, when it comes.
 * @throws {ToolError} `source_unavailable`, if it is no page, or is not found: a list is there even
 * if it is empty, so who has none is no Glance. Else what `answer` throws.
 */
export async function readPage(answer: Promise<unknown>): Promise<Page> {
  try {
    return parsePage(await answer);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "not_found") throw error;
    throw new ToolError("source_unavailable", error.message, { hints: [NOT_GLANCE] });
  }
}

function parsePage(json: unknown): Page {
  const { images, next } = (json ?? {}) as { images?: unknown; next?: unknown };
  if (!Array.isArray(images)) {
    throw new ToolError("source_unavailable", "Cannot list images: the answer has no 'images'", {
      hints: [NOT_GLANCE],
    });
  }
  const query = typeof next === "string" ? next.split("?")[1] ?? "" : "";
  return { images, marker: new URLSearchParams(query).get("marker") ?? undefined };
}
