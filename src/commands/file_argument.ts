/**
 * Files that the user names on the command line.
 *
 * @module
 */
import { dirname } from "node:path";
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/**
 * Checks a file that is to be read, so that every command ends with the same status for one that
 * does not exist.
 *
 * @param doing The action, as in "inspect".
 * @returns Its metadata; it may be a pipe.
 * @throws {ToolError} `not_found`; `usage`, if it is a directory.
 */
export function expectFile(files: Pick<Files, "stat">, doing: string, path: string): FileInfo {
  const info = files.stat(path);
  if (info === undefined) {
    throw new ToolError("not_found", `Cannot ${doing} '${path}': there is no such file`, {
      hints: [`check the path: ls -l ${dirname(path)}`],
    });
  }
  if (info.isDirectory) {
    throw new ToolError("usage", `Cannot ${doing} '${path}': it is a directory`, {
      hints: [`name a file in it: ls -l ${path}`],
    });
  }
  return info;
}
