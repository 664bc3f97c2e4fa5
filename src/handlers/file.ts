/**
 * Images in files: Glance's `filesystem` store on storage that the compute host shares. Only below
 * directories that the operator lists; a location is untrusted text (CVE-2014-9493, CVE-2015-1195).
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { OpenOptions, SchemeHandler, Source, Transfer } from "@/handlers/handler.ts";
import { asSource, localFile } from "@/handlers/local_file.ts";

/** Settings of the file handler. */
export interface FileOptions {
  /** Directories whose files may be read; empty turns the handler off. */
  readonly roots: readonly string[];
}

/** The handler of `file://` and `filesystem://` locations. */
export function fileHandler(files: Files, options: FileOptions): SchemeHandler {
  return {
    schemes: ["file", "filesystem"],
    resolve({ url }) {
      const path = pathOf(url);
      // As written here; `open` looks again, with every symbolic link resolved.
      if (!options.roots.some((root) => isBelow(path, root))) throw outside(path, options.roots);
      return new StoreFile(files, options.roots, path);
    },
  };
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url.replace(/^filesystem:/i, "file:"));
  } catch (error) {
    throw new ToolError("location_invalid", `Cannot use the location '${url.slice(0, 300)}'`, {
      cause: error,
      hints: ["Glance writes file:///DIRECTORY/IMAGE"],
    });
  }
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith("/") ? root : `${root}/`);
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
  readonly #files: Files;
  readonly #roots: readonly string[];
  readonly #path: string;

  constructor(files: Files, roots: readonly string[], path: string) {
    this.#files = files;
    this.#roots = roots;
    this.#path = path;
    this.label = `file://${path}`;
  }

  async open(options: OpenOptions): Promise<Transfer> {
    const real = asSource(() => this.#files.realPath(this.#path));
    const roots = this.#roots.map((root) => asSource(() => this.#files.realPath(root)));
    if (!roots.some((root) => isBelow(real, root))) throw outside(real, roots);
    return await localFile(this.#files, real).open(options);
  }
}
