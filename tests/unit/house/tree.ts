/**
 * The repository as the house's tests read it: every file that belongs to it, with its text.
 *
 * @module
 */

/** One text file of the repository. */
export interface SourceFile {
  /** Path from the top, e.g. `src/cache/lock.ts`. */
  readonly path: string;
  /** Its content. */
  readonly text: string;
}

/** Made by tools, not by us; `.git` is a file in a linked work tree. */
const NOT_OURS = new Set([".git", "dist", "coverage", "node_modules"]);

/** Path of the repository's top. */
const TOP = new URL("../../../", import.meta.url).pathname;

/** Names at the top of the repository, directories with a trailing slash. */
export function topLevel(): readonly string[] {
  return [...Deno.readDirSync(TOP)].filter((entry) => !NOT_OURS.has(entry.name))
    .map((entry) => entry.isDirectory ? `${entry.name}/` : entry.name).sort();
}

/** The text of one file, by its path from the top. */
export function readText(path: string): string {
  return Deno.readTextFileSync(TOP + path);
}

/** Whether there is a file or a directory, by its path from the top. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(TOP + path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function* pathsBelow(directory: string): Generator<string> {
  for (const entry of Deno.readDirSync(TOP + directory)) {
    if (NOT_OURS.has(entry.name) || entry.name === "__pycache__") continue;
    if (entry.isDirectory) yield* pathsBelow(`${directory}${entry.name}/`);
    else yield directory + entry.name;
  }
}

/** Every file whose path has the ending, e.g. `.ts`, sorted. */
export function filesEnding(...endings: readonly string[]): readonly SourceFile[] {
  return [...pathsBelow("")].filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort().map((path) => ({ path, text: readText(path) }));
}

/** The program's own modules: `main.ts` and `src/`. */
export function sourceFiles(): readonly SourceFile[] {
  return filesEnding(".ts").filter(({ path }) => path === "main.ts" || path.startsWith("src/"));
}

/** Code without its comments: block comments, and lines that are nothing but a comment. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
