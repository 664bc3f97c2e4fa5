/**
 * Finds a program: at a path owned by root where an operator may put a link or a wrapper (for
 * cephadm, for podman), else at the distribution's path. Both are built in because the permission
 * to run them is, and `PATH` must not be able to redirect it.
 *
 * @module
 */
import { dirname, join } from "node:path/posix";
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** The two paths of a program. */
export interface ProgramPlaces {
  /** The operator's, used if it exists. */
  readonly own: string;
  /** The distribution's. */
  readonly usual: string;
}

/** Maximum number of symbolic links, as in Linux. */
const MOST_LINKS = 40;

/** A directory in which everybody may create files, but not replace another user's: `/tmp`. */
const STICKY = 0o1000;

/**
 * The path to run.
 *
 * @throws {ToolError} `config_invalid`, if a user other than root could replace the operator's
 * program: it runs with the rights of the calling user.
 */
export function programAt(
  { own, usual }: ProgramPlaces,
  files: Pick<Files, "lstat" | "readLink">,
): string {
  if (files.lstat(own) === undefined) return usual;
  for (const path of wayTo(own, files)) {
    const info = files.lstat(path);
    if (info === undefined) throw refused(own, `'${path}' is missing`, `ls -l ${own}`);
    const reason = reasonAgainst(info);
    if (reason !== undefined) {
      const remedy = `chown root:root ${path}; chmod go-w ${path}`;
      throw refused(own, `'${path}' ${reason}, and only root may be able to change it`, remedy);
    }
  }
  return own;
}

/** Every directory, link and file on the path to the target. */
function* wayTo(path: string, files: Pick<Files, "lstat" | "readLink">): Generator<string> {
  const left = path.split("/").filter((part) => part !== "");
  let [at, links] = ["/", 0];
  yield at;
  while (left.length > 0) {
    at = join(at, left.shift() ?? "");
    yield at;
    if (!files.lstat(at)?.isSymlink) continue;
    if (++links > MOST_LINKS) {
      throw refused(path, "it has too many symbolic links", `ls -l ${path}`);
    }
    const target = files.readLink(at);
    left.unshift(...target.split("/").filter((part) => part !== ""));
    at = target.startsWith("/") ? "/" : dirname(at);
  }
}

/** Links have no mode of their own. */
function reasonAgainst({ gid, isDirectory, isSymlink, mode, uid }: FileInfo): string | undefined {
  if (uid !== 0) return `belongs to uid ${uid}`;
  const isOpen = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
  if (isSymlink || !isOpen || (isDirectory && (mode & STICKY) !== 0)) return undefined;
  return `has the mode ${mode.toString(8).padStart(4, "0")}`;
}

function refused(own: string, reason: string, remedy: string): ToolError {
  return new ToolError("config_invalid", `Not running '${own}': ${reason}`, {
    hints: [`${remedy}; or remove ${own}`],
  });
}
