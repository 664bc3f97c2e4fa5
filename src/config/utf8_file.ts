/**
 * Reads the text of a configuration file. Text that is not UTF-8 is refused, as by Python for
 * nova-compute and openstacksdk, and by Ceph: an undecodable character must not become part of a
 * password or a path.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** The parts of the file system that this takes. */
export type Utf8Files = Pick<Files, "readBytes">;

// A byte order mark is kept: the grammars refuse it.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LINE_FEED = 10;

/**
 * The text of a file.
 *
 * @throws {ToolError} `config_invalid` with file and line, if it is not UTF-8; else the error of
 * `files.readBytes`.
 */
export function readUtf8(files: Utf8Files, path: string): string {
  const bytes = files.readBytes(path);
  return decoded(bytes) ?? refuse(path, bytes);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function refuse(path: string, bytes: Uint8Array): never {
  const place = `${path}:${wrongLine(bytes)}`;
  throw new ToolError("config_invalid", `Cannot read '${place}': it is not UTF-8`, {
    hints: [`save it as UTF-8: iconv -f ISO-8859-1 -t UTF-8 ${path}`],
  });
}

/**
 * Number of the first line that is not UTF-8. No other character contains the byte of a line feed.
 */
function wrongLine(bytes: Uint8Array): number {
  let number = 1;
  for (let start = 0; start < bytes.length; number++) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    if (decoded(bytes.subarray(start, end)) === undefined) break;
    start = end + 1;
  }
  return number;
}
