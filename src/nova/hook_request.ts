/**
 * The request from nova's hook: one JSON object on standard input, because neither arguments nor
 * environment may contain a token.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { isImageId } from "@/openstack/glance/image.ts";
import type { Caller } from "@/openstack/keystone/credentials.ts";

/** One download, as nova-compute would do it. */
export interface HookRequest extends Caller {
  /** Image id. */
  readonly imageId: string;
  /** Path of the image: nova's `.part`. */
  readonly path: string;
  /** Ids of the certificates that the user trusts; `null` if nova has none. */
  readonly trustedCerts: readonly string[] | null;
}

/**
 * Reads the request.
 *
 * @throws {ToolError} `usage`, with the wrong field; never with its value, which may be a token.
 */
export function parseHookRequest(text: string): HookRequest {
  const fields = parseObject(text);
  return {
    imageId: required(fields, "image_id", isImageId, "a UUID"),
    path: required(fields, "path", isAbsolutePath, "an absolute path"),
    trustedCerts: idList(fields, "trusted_certs"),
    token: optional(fields, "token", isHeaderValue, "printable ASCII"),
    serviceToken: optional(fields, "service_token", isHeaderValue, "printable ASCII"),
    endpoint: optional(fields, "endpoint", isHttpUrl, "an http or https URL"),
    requestId: optional(fields, "request_id", isHeaderValue, "printable ASCII"),
  };
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (text: string) => boolean;

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Fields;
    }
  } catch {
    // The parser's message quotes the text, and with it a token.
  }
  throw new ToolError(
    "usage",
    "Cannot read the request on standard input: expected a JSON object",
    {
      hints: [
        "this command is called by nova's hook; to fetch an image: glance-direct fetch IMAGE",
      ],
    },
  );
}

function required(fields: Fields, name: string, check: Check, wanted: string): string {
  const value = fields[name];
  if (typeof value === "string" && check(value)) return value;
  throw malformed(name, wanted);
}

function optional(fields: Fields, name: string, check: Check, wanted: string): string | null {
  return (fields[name] ?? null) === null ? null : required(fields, name, check, wanted);
}

function idList(fields: Fields, name: string): readonly string[] | null {
  const value = fields[name] ?? null;
  if (value === null) return null;
  if (Array.isArray(value) && value.every((id) => typeof id === "string")) return value;
  throw malformed(name, "a list of certificate ids");
}

function malformed(name: string, wanted: string): ToolError {
  return new ToolError(
    "usage",
    `Cannot use the request on standard input: '${name}' must be ${wanted}`,
  );
}

function isAbsolutePath(text: string): boolean {
  return /^\/.*[^/]$/s.test(text) && !text.includes("\0");
}

/** Nothing that could end a header line. */
function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function isHttpUrl(text: string): boolean {
  return isHeaderValue(text) && /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}
