/**
 * JSON as written by Python's `json.dumps`: a blank after every comma and colon, ASCII only.
 *
 * @module
 */
import type { Answer } from "./http_server.ts";

/** A JSON answer. */
export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const all = { "Content-Type": "application/json", ...headers };
  return { status, headers: all, body: dumps(value) };
}

function dumps(value: unknown): string {
  // Line breaks are layout: those in texts are escaped.
  return JSON.stringify(value, null, 1).replaceAll(/,\n */g, ", ").replaceAll(/\n */g, "")
    .replaceAll(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
