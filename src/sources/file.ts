/**
 * Images in files: Glance's `filesystem` store on storage that the compute host shares. Only files
 * below directories that the operator lists are read, because a location is untrusted text
 * (CVE-2014-9493, CVE-2015-1195).
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { shownUrl } from "@/shown_url.ts";
import type { Files } from "@/context.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import type { PlanningHost, Scheme } from "@/sources/scheme.ts";
import type { OpenOptions, SchemeHandler, Source, Transfer } from "@/sources/source.ts";
import { type InputFiles, localFile, untilAborted } from "@/sources/local_file.ts";
import { waitFor } from "@/wait_for.ts";

/** Files below directories that the operator lists. */
export const fileScheme: Scheme<FileOptions> = {
  kind: "file",
  schemes: ["file", "filesystem"],
  plan(location, image, { config, context }) {
    const settings = { roots: config.get("glance_direct.file_roots") };
    return { label: fileHandler(context.files, settings).resolve(location, image).label, settings };
  },
  needs: async ({ roots }, host, signal) => ({ directories: await resolved(roots, host, signal) }),
  handler: (settings, { context }) => fileHandler(context.files, settings),
};

/** The directories, and the targets of their symbolic links: the thread reads both. */
async function resolved(
  roots: readonly string[],
  host: PlanningHost,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const real = await Promise.all(roots.map((root) => realRoot(root, host, signal)));
  return [...new Set([...roots, ...real.flat()])];
}

async function realRoot(
  root: string,
  { config, context: { clock, files } }: PlanningHost,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const bound = {
    action: `resolve '${root}'`,
    timeoutMs: config.get("glance_direct.connect_timeout"),
    setting: "[glance_direct]connect_timeout",
    signal,
  };
  try {
    return [await withDeadline(clock, bound, (ending) => waitFor(files.realPath(root), ending))];
  } catch (error) {
    throwIfAborted(signal);
    // A store that is not mounted, or hangs, is reported when its file is opened.
    if (error instanceof ToolError) return [];
    throw error;
  }
}

/** Settings of the file handler. */
export interface FileOptions {
  /** Directories whose files may be read; an empty list turns the handler off. */
  readonly roots: readonly string[];
}

/** The part of the file system that it uses. */
export type StoreFiles = InputFiles & Pick<Files, "realPath">;

/** The handler of `file://` and `filesystem://` locations. */
export function fileHandler(files: StoreFiles, options: FileOptions): SchemeHandler {
  return {
    resolve({ url }) {
      const path = pathOf(url);
      // As written here; `open` checks again with every symbolic link resolved.
      if (!options.roots.some((root) => isBelow(path, root))) throw outside(path, options.roots);
      return new StoreFile(files, options.roots, path);
    },
  };
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url.replace(/^filesystem:/i, "file:"));
  } catch (error) {
    throw new ToolError("location_invalid", `Cannot use the location '${shownUrl(url)}'`, {
      cause: error,
      hints: ["Glance writes file:///DIRECTORY/IMAGE"],
    });
  }
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith("/") ? root : `${root}/`);
}

/** The directories, those that a path is below first. */
function nearest(path: string, roots: readonly string[]): readonly string[] {
  return roots.toSorted((a, b) => Number(isBelow(path, b)) - Number(isBelow(path, a)));
}

function outside(path: string, roots: readonly string[]): ToolError {
  const allowed = roots.length === 0 ? "none" : `'${roots.join("', '")}'`;
  return new ToolError(
    "location_invalid",
    `Cannot read '${path}': directories allowed are ${allowed}`,
    { hints: ["add the store's directory to [glance_direct]file_roots"] },
  );
}

class StoreFile implements Source {
  readonly kind = "file";
  readonly label: string;
  readonly resumable = false;
  readonly #files: StoreFiles;
  readonly #roots: readonly string[];
  readonly #path: string;

  constructor(files: StoreFiles, roots: readonly string[], path: string) {
    this.#files = files;
    this.#roots = roots;
    this.#path = path;
    this.label = `file://${path}`;
  }

  async open(options: OpenOptions): Promise<Transfer> {
    const real = await this.#resolve(this.#path, options);
    const seen: string[] = [];
    // One at a time, the location's own first: another store may be on a network file system that
    // hangs.
    for (const root of nearest(this.#path, this.#roots)) {
      seen.push(...await this.#resolveRoot(root, options));
      if (seen.some((one) => isBelow(real, one))) {
        return await localFile(this.#files, real).open(options);
      }
    }
    throw outside(real, seen);
  }

  async #resolve(path: string, { signal }: OpenOptions): Promise<string> {
    return await untilAborted(this.#files.realPath(path), signal);
  }

  /** Empty for a directory that does not exist: the file cannot be below it. */
  async #resolveRoot(root: string, options: OpenOptions): Promise<readonly string[]> {
    try {
      return [await this.#resolve(root, options)];
    } catch (error) {
      throwIfAborted(options.signal);
      if (error instanceof ToolError) return [];
      throw error;
    }
  }
}
