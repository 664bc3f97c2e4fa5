/**
 * Reads the runtime and the npm packages of a compiled executable from its own bytes, so that the
 * bill of materials lists what is really in it.
 *
 * @module
 */

/** A package inside the executable. */
export interface EmbeddedPackage {
  /** Name on npm. */
  readonly name: string;
  /** Exact version. */
  readonly version: string;
}

/** The content of an executable. */
export interface Contents {
  /** Version of Deno's runtime. */
  readonly runtime: string;
  /** npm packages, by name. */
  readonly packages: readonly EmbeddedPackage[];
}

/** The bundler's comment above each module of a package: `// npm:@scope/name/1.2.3/path`. */
const NOTE = /^\/\/ npm:((?:@[^/\s]+\/)?[^/\s]+)\/([^/\s]+)\//gm;

/** How the runtime identifies itself to web servers. */
const USER_AGENT = /Deno\/(\d+\.\d+\.\d+)/;

/**
 * Reads the content of an executable.
 *
 * @throws {Error} If the bytes hold no Deno runtime.
 */
export function readContents(executable: Uint8Array): Contents {
  const text = new TextDecoder("latin1").decode(executable);
  const runtime = USER_AGENT.exec(text)?.[1];
  if (runtime === undefined) {
    throw new Error("Cannot read the executable: it holds no Deno runtime");
  }
  const packages = new Map(
    [...text.matchAll(NOTE)].map(([, name = "", version = ""]) => [name, { name, version }]),
  );
  return { runtime, packages: [...packages.values()].sort((a, b) => a.name < b.name ? -1 : 1) };
}
