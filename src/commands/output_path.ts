/**
 * The value of `--output`, if it is a path.
 *
 * @module
 */
import { resolve } from "node:path";
import type { FileInfo, Files } from "@/context.ts";
import { expectedFailure, ToolError } from "@/errors.ts";

/**
 * The absolute path of the file to make. An existing file is replaced on request; a directory, a
 * device or a pipe never is. All refusals come before the transfer.
 *
 * @param replace Whether to replace an existing file.
 * @throws {ToolError} `usage`, if it is empty; `cannot_create`, if no file can have this name.
 */
export function outputPath(files: Pick<Files, "stat">, word: string, replace: boolean): string {
  if (word === "") {
    throw new ToolError("usage", "Cannot write the image: the path of --output is empty", {
      hints: ["name a file, or '-' for standard output"],
    });
  }
  const path = resolve(word);
  const there = whatIsAt(files, path);
  if (word.endsWith("/") || there?.isDirectory) {
    throw new ToolError("cannot_create", `Cannot create '${word}': it names a directory`, {
      hints: ["name a file in it: --output DIRECTORY/NAME"],
    });
  }
  if (there?.isFile === false) {
    throw new ToolError("cannot_create", `Cannot replace '${word}': it is not a regular file`, {
      hints: [`write to it with a redirection: --output - > ${word}`],
    });
  }
  if (there !== undefined && !replace) {
    throw new ToolError("cannot_create", `Cannot create '${word}': there is a file of this name`, {
      hints: ["replace it with --force, or name another file"],
    });
  }
  return path;
}

/** If it cannot be checked, creating the file reports the reason. */
function whatIsAt(files: Pick<Files, "stat">, path: string): FileInfo | undefined {
  try {
    return files.stat(path);
  } catch (error) {
    expectedFailure(error);
    return undefined;
  }
}
