/**
 * A page of `GET /v2/images`.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/**
 * The image records of a page, not validated yet, and the marker of the next page, if there is one.
 */
export type Page = { readonly images: readonly unknown[]; readonly marker: string | undefined };

const NOT_GLANCE = "check that the endpoint is a Glance v2 API: glance-direct doctor";

/**
 * Reads a page. Only the marker of its link `next` is used: another host must not get the token.
 *
 * @param answer The parsed body, once available.
 * @throws {ToolError} `source_unavailable`, if it is not a page, or not found: Glance answers with
 * a list even if it is empty, so a server without one is not Glance. Else the errors of `answer`.
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
