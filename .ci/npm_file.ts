/**
 * Extracts one file from one npm package, pinned by its SHA-256 and cached for the next build.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { run } from "./command.ts";

/** A file in a package, and its checksum. */
export interface PinnedFile {
  /** Package with its exact version, e.g. `yaml@2.9.1`. */
  readonly package: string;
  /** Path inside the package. */
  readonly path: string;
  /** SHA-256 of the result of {@linkcode PinnedFile.extract}, in hex. */
  readonly sha256: string;
  /** Selects a part of the file. @default {all of it} */
  readonly extract?: (content: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

/** Where downloads are cached between builds. */
export function cacheDirectory(): string {
  const base = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  return `${base}/glance-direct`;
}

function isPinned(content: Uint8Array, file: PinnedFile): boolean {
  return createHash("sha256").update(content).digest("hex") === file.sha256;
}

async function download(file: PinnedFile, directory: string): Promise<Uint8Array<ArrayBuffer>> {
  const archive = await run(
    ["npm", "pack", "--silent", "--pack-destination", directory, file.package],
    { cwd: directory },
  );
  await run(["tar", "-xzf", archive, `package/${file.path}`], { cwd: directory });
  const content = await Deno.readFile(`${directory}/package/${file.path}`);
  return file.extract?.(content) ?? content;
}

/** The bytes of a file, or nothing if it does not exist. */
async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * The path of an executable file with the pinned content, downloaded if it is not cached.
 *
 * @throws {Error} If the package holds anything else.
 */
export async function npmFile(file: PinnedFile): Promise<string> {
  const path = `${cacheDirectory()}/${file.sha256}`;
  const kept = await readIfThere(path);
  if (kept !== undefined && isPinned(kept, file)) return path;

  await Deno.mkdir(cacheDirectory(), { recursive: true });
  const directory = await Deno.makeTempDir({ dir: cacheDirectory() });
  try {
    const content = await download(file, directory);
    if (!isPinned(content, file)) {
      throw new Error(`Cannot use '${file.package}': its '${file.path}' is not what was pinned`);
    }
    await Deno.writeFile(`${directory}/pinned`, content, { mode: 0o755 });
    await Deno.rename(`${directory}/pinned`, path);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
  return path;
}
