/**
 * `GET /v2/images` of the embedded Glance: filters, pages and refusals like the real one.
 *
 * @module
 */
import type { Answer } from "./http_server.ts";
import { jsonAnswer } from "./python_json.ts";
import { errorPage } from "./webob.ts";

/** A record as JSON. */
export type ImageJson = Readonly<Record<string, unknown>>;

/** `limit_param_default` and `api_limit_max` of glance-api.conf. */
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1000;

/** Parameters that are not filters. */
const PAGING = new Set(["limit", "marker", "sort", "sort_key", "sort_dir"]);

/** Filters that take an operator before a colon. */
const WITH_OPERATOR = new Set(["id", "name", "status", "disk_format", "container_format"]);

/** Answers with one page of `images`, newest first. */
export function listPage(images: readonly ImageJson[], query: URLSearchParams): Answer {
  const limitText = query.get("limit") ?? `${DEFAULT_LIMIT}`;
  if (!/^-?\d+$/.test(limitText)) return errorPage(400, "limit param must be an integer");
  if (Number(limitText) < 0) return errorPage(400, "limit param must be positive");
  const marker = query.get("marker");
  if (marker !== null && !images.some(({ id }) => id === marker)) {
    return errorPage(400, `No image found with ID ${marker}`);
  }
  const operator = unknownOperator(query);
  if (operator !== undefined) {
    return errorPage(400, `Unable to filter by unknown operator '${operator}'.`);
  }
  return pageOf(images, query, Math.min(Number(limitText), MAX_LIMIT));
}

function pageOf(images: readonly ImageJson[], query: URLSearchParams, limit: number): Answer {
  const matching = images.toSorted(newestFirst).filter((image) => matches(image, query));
  const start = matching.findIndex(({ id }) => id === query.get("marker")) + 1;
  const page = matching.slice(start, start + limit);
  const last = page.at(-1);
  return jsonAnswer(200, {
    images: page,
    first: link(query, undefined),
    schema: "/v2/schemas/images",
    // A full last page has a `next` too; the page behind it is empty.
    ...last !== undefined && page.length === limit ? { next: link(query, `${last.id}`) } : {},
  });
}

function newestFirst(one: ImageJson, other: ImageJson): number {
  return `${other.created_at}`.localeCompare(`${one.created_at}`);
}

function matches(image: ImageJson, query: URLSearchParams): boolean {
  const filters = [...query].filter(([name]) => !PAGING.has(name));
  const hidden = query.has("os_hidden") || image.os_hidden !== true;
  return hidden && filters.every(([name, value]) => matchesOne(image, name, value));
}

function matchesOne(image: ImageJson, name: string, value: string): boolean {
  if (name === "tag") return Array.isArray(image.tags) && image.tags.includes(value);
  if (name === "size_min") return Number(image.size) >= Number(value);
  if (name === "size_max") return Number(image.size) <= Number(value);
  const [operator, threshold] = WITH_OPERATOR.has(name) ? split(value) : ["eq", value];
  const accepted = operator === "in" ? threshold.split(",") : [threshold];
  return accepted.includes(`${image[name]}`);
}

function unknownOperator(query: URLSearchParams): string | undefined {
  return [...query].filter(([name]) => WITH_OPERATOR.has(name))
    .map(([, value]) => split(value)[0]).find((operator) => operator !== "eq" && operator !== "in");
}

/** `in:a,b`, `eq:a` or `a` (glance/common/utils.py, `split_filter_op`). */
function split(value: string): readonly [operator: string, threshold: string] {
  const colon = value.indexOf(":");
  return colon < 0 ? ["eq", value] : [value.slice(0, colon), value.slice(colon + 1)];
}

function link(query: URLSearchParams, marker: string | undefined): string {
  const kept = new URLSearchParams([...query].filter(([name]) => name !== "marker"));
  if (marker !== undefined) kept.set("marker", marker);
  return kept.size === 0 ? "/v2/images" : `/v2/images?${kept}`;
}
