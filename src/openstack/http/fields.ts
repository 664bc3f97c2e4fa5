/**
 * Header fields with one value. A proxy may send one twice; `Headers` joins the lines.
 *
 * @module
 */

/** Maximum number of equal lines that are recognized; a header of commas must not take time. */
const MOST_LINES = 16;

/**
 * The value of a field. Repeated equal values count as one (RFC 9110 §8.6 for `Content-Length`).
 *
 * @example
 * ```ts
 * import { fieldOf } from "@/openstack/http/fields.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const headers = new Headers([["content-length", "5"], ["content-length", "5"]]);
 * assertEquals(headers.get("content-length"), "5, 5");
 * assertEquals(fieldOf(headers, "content-length"), "5");
 * ```
 */
export function fieldOf(headers: Headers, name: string): string | undefined {
  const joined = headers.get(name)?.trim();
  if (joined === undefined) return undefined;
  const most = Math.min(joined.split(",").length, MOST_LINES);
  for (let times = most; times > 1; times--) {
    const once = joined.slice(0, (joined.length - 2 * (times - 1)) / times);
    if (once !== "" && joined === Array(times).fill(once).join(", ")) return once;
  }
  return joined;
}
