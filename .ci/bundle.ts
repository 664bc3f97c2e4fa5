/**
 * Bundles the program and its npm packages into one script, and puts the files that it loads by URL
 * next to it: its workers and embedded files. The result only contains what is reachable from
 * `main.ts`, and the same source gives the same bytes on every machine.
 *
 * @module
 */
import { run } from "./command.ts";
import type { GrantedProgram } from "./permissions.ts";

/** A bundle in its directory, ready to compile. */
export interface Bundle {
  /** Name of the entry script. */
  readonly entry: string;
  /** Names of the other files, which are embedded. */
  readonly companions: readonly string[];
  /** Absolute paths of the programs that the script names, and so may run. */
  readonly programs: readonly string[];
}

/** How the source refers to an embedded file. */
const COMPANION = /new URL\(\s*"([^"]+)",\s*import\.meta\.url,?\s*\)/g;

/** Where a package was on the build machine: in a comment, or as the key of a module. */
const PACKAGE_PATH = /(?<=^\/\/ |^ *")[^"\s]*\/npm\/[^/\s]+\//gm;

/** All files below a directory, as paths that begin with `directory`. */
export async function* filesBelow(directory: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) yield* filesBelow(path);
    else yield path;
  }
}

/** The one source file with that name: bundling removes directories, so names must be unique. */
function sourceOf(name: string, sources: readonly string[]): string {
  const [path, ...others] = sources.filter((source) => source.endsWith(`/${name}`));
  if (path === undefined || others.length > 0) {
    throw new Error(`Cannot embed '${name}': ${others.length > 0 ? "two" : "no"} files have it`);
  }
  return path;
}

/** Name of an embedded file in the bundle's directory. */
function bundledName(url: string): string {
  return url.replace(/^.*\//, "").replace(/\.ts$/, ".js");
}

/**
 * Sets the path of a program everywhere in a script.
 *
 * @param path The new path, or `undefined` to keep the source's.
 * @returns The script, and the resulting path; none if it does not name the program.
 */
export function setProgram(
  script: string,
  constant: string,
  path: string | undefined,
): { readonly script: string; readonly path?: string } {
  const pattern = new RegExp(`(\\b${constant} = )"([^"]*)"`, "g");
  const found = pattern.exec(script)?.[2];
  if (found === undefined) return { script };
  const wanted = path ?? found;
  return {
    script: script.replace(pattern, (_, name) => name + JSON.stringify(wanted)),
    path: wanted,
  };
}

/** Makes the bundles of one build. */
export class Bundler {
  readonly #deno: string;
  readonly #sources: readonly string[];
  readonly #directory: string;
  readonly #paths: ReadonlyMap<GrantedProgram, string | undefined>;
  readonly #companions = new Set<string>();
  readonly #programs = new Map<GrantedProgram, string>();

  /**
   * Prepares a build.
   *
   * @param deno Path of the Deno that bundles.
   * @param sources Paths of all files of the source tree.
   * @param directory An empty directory for the result.
   * @param paths Paths of programs that differ from the source's.
   */
  constructor(
    deno: string,
    sources: readonly string[],
    directory: string,
    paths: ReadonlyMap<GrantedProgram, string | undefined>,
  ) {
    this.#deno = deno;
    this.#sources = sources;
    this.#directory = directory;
    this.#paths = paths;
  }

  /**
   * Bundles a module and everything it loads by URL.
   *
   * @throws {Error} If a path was given for a program that the source does not name.
   */
  async bundle(source: string): Promise<Bundle> {
    const entry = bundledName(source);
    await this.#write(entry, await this.#script(source));
    for (const [program, path] of this.#paths) {
      if (path !== undefined && !this.#programs.has(program)) {
        throw new Error(`Cannot set '${program.constant}' to '${path}': no module has it`);
      }
    }
    return {
      entry,
      companions: [...this.#companions].sort(),
      programs: [...this.#programs.values()].sort(),
    };
  }

  async #script(source: string): Promise<string> {
    const raw = await run([this.#deno, "bundle", "--quiet", "--frozen", source]);
    let script = raw.replace(PACKAGE_PATH, "npm:");
    for (const [program, wanted] of this.#paths) {
      const set = setProgram(script, program.constant, wanted);
      script = set.script;
      if (set.path !== undefined) this.#programs.set(program, set.path);
    }
    for (const [, url = ""] of script.matchAll(COMPANION)) await this.#embed(url);
    return script.replace(
      COMPANION,
      (_, url) => `new URL("./${bundledName(url)}", import.meta.url)`,
    );
  }

  async #embed(url: string): Promise<void> {
    const name = bundledName(url);
    if (this.#companions.has(name)) return;
    this.#companions.add(name);
    const source = sourceOf(url.replace(/^.*\//, ""), this.#sources);
    const isModule = source.endsWith(".ts");
    await this.#write(
      name,
      isModule ? await this.#script(source) : await Deno.readTextFile(source),
    );
  }

  /** Writes a file with a fixed date: the compiler embeds the date too. */
  async #write(name: string, content: string): Promise<void> {
    const path = `${this.#directory}/${name}`;
    await Deno.writeTextFile(path, content);
    await Deno.utime(path, 0, 0);
  }
}
