/**
 * JSON with exactly one text for each value: after reading, the value is written again and
 * compared. So no field can occur twice, be missing, be added or be spelled in two ways.
 *
 * @module
 */
import { EncodingError } from "@/signatures/encoding_error.ts";

/**
 * Reads a text that {@linkcode write} could have written.
 *
 * @param read Makes the value from the parsed JSON. @throws {EncodingError} If it is not valid.
 * @param write The one text of a value, without a trailing newline.
 * @throws {EncodingError} If the text is not JSON, not a valid value, or not its one text.
 */
export function canonicalJson<T>(
  text: string,
  read: (json: unknown) => T,
  write: (value: T) => string,
): T {
  const line = text.endsWith("\n") ? text.slice(0, -1) : text;
  const value = read(parsed(line));
  if (write(value) !== line) throw new EncodingError("it is not in its one canonical form");
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EncodingError("it is not JSON");
  }
}

/** The fields of an object. @throws {EncodingError} If it is not an object with these names. */
export function fieldsOf<N extends string>(
  json: unknown,
  names: readonly N[],
): Readonly<Record<N, unknown>> {
  const isObject = typeof json === "object" && json !== null;
  if (isObject && names.every((name) => Object.hasOwn(json, name))) {
    return json as Record<N, unknown>;
  }
  throw new EncodingError(`it lacks one of '${names.join("', '")}'`);
}

/** A string. @throws {EncodingError} If it is not one. */
export function textOf(json: unknown): string {
  if (typeof json === "string") return json;
  throw new EncodingError("a field is not a string");
}

/** A count. @throws {EncodingError} If it is not an integer ≥ 0. */
export function countOf(json: unknown): number {
  if (Number.isSafeInteger(json) && (json as number) >= 0) return json as number;
  throw new EncodingError("a field is not a count");
}

/** A list. @throws {EncodingError} If it is not one. */
export function listOf(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw new EncodingError("a field is not a list");
}

/** Bytes in base64 (RFC 4648 §4, padded). @throws {EncodingError} If the text is not base64. */
export function decodeStrictBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    throw new EncodingError("a field is not base64");
  }
}
