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
import { expectedFailure, ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import type { PlanningHost, Scheme } from "@/sources/scheme.ts";
import type { Source } from "@/sources/source.ts";
import { type InputFiles, localFile, untilAborted } from "@/sources/local_file.ts";
import { waitFor } from "@/wait_for.ts";

/** A file, and the directories whose files may be read; an empty list turns the scheme off. */
export interface FileSettings {
  /** Absolute path. */
  readonly path: string;
  /** Directories. */
  readonly roots: readonly string[];
}

/** Files below directories that the operator lists. */
export const fileScheme: Scheme<FileSettings> = {
  kind: "file",
  schemes: ["file", "filesystem"],
  plan({ url }, _image, { config }) {
    const settings = acceptedFile(url, config.get("glance_direct.file_roots"));
    return { label: labelOf(settings.path), settings };
  },
  needs: async ({ roots }, host, signal) => ({ directories: await resolved(roots, host, signal) }),
  source: (settings, { context }) => storeFile(context.files, settings),
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
  // A store that is not mounted, or hangs, is reported when its file is opened.
  return await unlessUnknown(
    withDeadline(clock, bound, (ending) => waitFor(files.realPath(root), ending)),
    signal,
  );
}

async function unlessUnknown(
  path: Promise<string>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return [await path];
  } catch (error) {
    expectedFailure(error, signal);
    return [];
  }
}

/**
 * Checks a location as it is written; `open` checks again with every symbolic link resolved.
 *
 * @throws {ToolError} `location_invalid`, if it is malformed, or not below one of the directories.
 */
export function acceptedFile(url: string, roots: readonly string[]): FileSettings {
  const path = pathOf(url);
  if (!roots.some((root) => isBelow(path, root))) throw outside(path, roots);
  return { path, roots };
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

function labelOf(path: string): string {
  return `file://${path}`;
}

/** A file of the store as a source. */
export function storeFile(
  files: InputFiles & Pick<Files, "realPath">,
  { path, roots }: FileSettings,
): Source {
  return {
    kind: "file",
    label: labelOf(path),
    resumable: false,
    async open(options) {
      const { signal } = options;
      const real = await untilAborted(files.realPath(path), signal);
      const seen: string[] = [];
      // One at a time, the location's own first: another store may be on a network file system that
      // hangs. A directory that does not exist cannot have the file.
      for (const root of nearest(path, roots)) {
        seen.push(...await unlessUnknown(untilAborted(files.realPath(root), signal), signal));
        if (seen.some((one) => isBelow(real, one))) {
          return await localFile(files, real).open(options);
        }
      }
      throw outside(real, seen);
    },
  };
}
