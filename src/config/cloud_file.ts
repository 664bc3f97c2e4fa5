/**
 * Reads the YAML and JSON files of openstacksdk. Every scalar keeps its text, because YAML would
 * turn the password `0123` into 83 and the region `1.10` into 1.1.
 *
 * @module
 */
import { readUtf8, type Utf8Files } from "@/config/utf8_file.ts";
import { messageOf, ToolError } from "@/errors.ts";

/** A value of such a file. */
export type CloudValue = string | null | readonly CloudValue[] | CloudMap;

/** A mapping of such a file; `-` in its keys becomes `_`. */
export interface CloudMap {
  /** The value of a key. */
  readonly [key: string]: CloudValue | undefined;
}

/** Whether a value is a mapping. */
export function isMap(value: CloudValue | undefined): value is CloudMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a key if it is a mapping, else an empty one. */
export function mapAt(map: CloudMap, key: string): CloudMap {
  const value = map[key];
  return isMap(value) ? value : {};
}

/** The value of a key if it is a non-empty text. */
export function textAt(map: CloudMap, key: string): string | undefined {
  const value = map[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `below` overridden by `above`, mapping by mapping (openstack/config/_util.py). */
export function mergeMaps(below: CloudMap, above: CloudMap): CloudMap {
  const merged: Record<string, CloudValue | undefined> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = isMap(value) && isMap(under) ? mergeMaps(under, value) : value;
  }
  return merged;
}

/**
 * Reads one file.
 *
 * @throws {ToolError} `config_invalid` with file and line, if it is not well formed; else the error
 * of `files.readBytes`. Never with its text, which may have a password.
 */
export async function readCloudFile(
  files: Utf8Files,
  path: string,
): Promise<CloudMap> {
  const value = await parse(path, readUtf8(files, path));
  if (value === null) return {};
  if (isMap(value)) return value;
  throw malformed(path, "it is not a mapping with the key 'clouds'");
}

async function parse(path: string, text: string): Promise<CloudValue> {
  try {
    return normalized(path.endsWith("json") ? JSON.parse(text) : await fromYaml(path, text));
  } catch (error) {
    if (error instanceof ToolError) throw error;
    // The yaml package recurses until the stack is full.
    if (error instanceof RangeError) throw malformed(path, "it is nested too deeply");
    const [, line] = /line (\d+)/.exec(messageOf(error)) ?? [];
    throw malformed(line === undefined ? path : `${path}:${line}`, "it is not well formed");
  }
}

/** The `yaml` package takes 40 ms to load, so it is loaded only for a clouds.yaml. */
async function fromYaml(path: string, text: string): Promise<unknown> {
  const { parseDocument, visit } = await import("yaml");
  const document = parseDocument(text, {
    logLevel: "error",
    merge: true,
    prettyErrors: false,
    schema: "failsafe",
    uniqueKeys: false,
    version: "1.1",
  });
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw malformed(`${path}:${lineAt(text, problem.pos[0])}`, `it is not YAML (${problem.code})`);
  }
  visit(document, {
    Scalar: (_key, node) => {
      if (node.type === "PLAIN" && NULLS.test(String(node.value))) node.value = null;
    },
  });
  return document.toJS({ maxAliasCount: 100 });
}

/** Unquoted texts that YAML 1.1 reads as null. */
const NULLS = /^(?:~|null|Null|NULL|)$/;

/** Far more than any setting needs, and far less than the stack of a recursive reader allows. */
const DEEPEST = 100;

/**
 * Converts scalars to texts (JSON has other types), and `-` in keys to `_`.
 *
 * @throws {RangeError} If it is nested too deeply.
 */
function normalized(value: unknown, depth = 0): CloudValue {
  if (depth > DEEPEST) throw new RangeError("nested too deeply");
  const inside = (inner: unknown) => normalized(inner, depth + 1);
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(inside);
  if (typeof value !== "object") return String(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.replaceAll("-", "_"), inside(inner)]),
  );
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function malformed(where: string, reason: string): ToolError {
  return new ToolError("config_invalid", `Cannot read '${where}': ${reason}`, {
    hints: ["correct the file, or name another one in OS_CLIENT_CONFIG_FILE"],
  });
}
