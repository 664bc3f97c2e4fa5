/**
 * URLs without secrets, for messages, results and logs. A query can be a credential, like a
 * password (presigned URLs of S3: `?X-Amz-Signature=…`).
 *
 * @module
 */

/** Maximum number of characters shown of untrusted text. */
const LONGEST = 300;

/**
 * A URL, or text that should be one, without user, password, query and fragment.
 *
 * @example
 * ```ts
 * import { shownUrl } from "@/shown_url.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shownUrl("swift+https://user:key@host/a"), "swift+https://***@host/a");
 * assertEquals(shownUrl("https://host/a?X-Amz-Signature=secret"), "https://host/a?…");
 * ```
 */
export function shownUrl(url: string): string {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*:\/*)?([^]*)$/i.exec(url) ?? [];
  return printable(scheme + shownPart(rest));
}

/**
 * Does the same for a part of a URL. A password that contains a slash also hides the host, which is
 * better than showing the password.
 */
export function shownPart(part: string): string {
  const [authority = ""] = part.split("/", 1);
  const hasPassword = /:[^@]*[^\d@]/.test(authority);
  const end = authority.includes("@")
    ? authority.lastIndexOf("@")
    : hasPassword
    ? part.lastIndexOf("@")
    : -1;
  const rest = end < 0 ? part : `***${part.slice(end)}`;
  return printable(rest.replace(/([?#])[^]*$/, "$1…"));
}

/** Untrusted text for a message, without control characters and of limited length. */
export function printable(text: string): string {
  return text.slice(0, LONGEST).replaceAll(/\p{Cc}/gu, "?");
}
