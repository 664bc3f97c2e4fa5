/**
 * Who imports whom, and how high each folder stands.
 *
 * @module
 */
import { dirname, join } from "node:path/posix";
import { type SourceFile, withoutComments } from "./tree.ts";

/** The layers, lowest first. A file imports from its own layer or from a lower one. */
export const LAYERS: readonly (readonly string[])[] = [
  [
    "any_signal.ts",
    "ceph_keys.ts",
    "connection.ts",
    "context.ts",
    "deadline.ts",
    "errors.ts",
    "hints.ts",
    "human_units.ts",
    "shown_digest.ts",
    "shown_url.ts",
    "thread.ts",
    "version.ts",
    "wait_for.ts",
  ],
  ["system"],
  ["bytes", "config", "formats", "openstack"],
  ["cache", "nova", "seals", "signatures", "sources"],
  ["plan"],
  ["transfer", "metrics"],
  ["doctor", "manual", "ui"],
  ["commands"],
  ["cli.ts", "global_options.ts", "transfer_worker.ts", "metrics_worker.ts"],
  ["main.ts"],
];

/** What a file's layer is listed under: its folder below `src/`, or its own name. */
export function room(path: string): string {
  return path.split("/")[path.startsWith("src/") ? 1 : 0] ?? path;
}

/** Height of a file's layer; -1 when no layer lists it. */
export function height(path: string): number {
  return LAYERS.findIndex((layer) => layer.includes(room(path)));
}

const SPECIFIER = /\b(?:from|import)\s*\(?\s*"([^"]+)"/g;

/** The path of an imported file of ours, or `undefined` for a package or a built-in module. */
function resolved(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith("@/")) return `src/${specifier.slice(2)}`;
  return specifier.startsWith(".") ? join(dirname(importer), specifier) : undefined;
}

/** Paths of our files that a file imports, types included. */
export function importsOf({ path, text }: SourceFile): readonly string[] {
  const specifiers = [...withoutComments(text).matchAll(SPECIFIER)].map(([, name = ""]) => name);
  return specifiers.flatMap((specifier) => resolved(path, specifier) ?? []);
}

/** A circle in a graph of names, as the names along it, or `undefined` if there is none. */
export function findCircle(
  graph: ReadonlyMap<string, Iterable<string>>,
): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of graph.get(name) ?? []) {
      const circle = visit(next, [...trail, name]);
      if (circle !== undefined) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of graph.keys()) {
    const circle = visit(name, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
