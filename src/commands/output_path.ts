/**
 * The value of `--output`, where it is a path.
 *
 * @module
 */
import { resolve } from "node:path";
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/**
 * The absolute path of the file to make. A file there is replaced; a directory, a device or a pipe must
 * not be, and is refused before anything is transferred.
 *
 * @throws {ToolError} `usage`, if it is empty; `cannot_create`, if no file can have this name.
 */
export function outputPath(files: Pick<Files, "stat">, word: string): string {
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
    throw new ToolError("cannot_create", `Cannot replace '${word}': it is no regular file`, {
      hints: [`write to it with a redirection: --output - > ${word}`],
    });
  }
  return path;
}

/** Where it may not be looked at, creating the file tells why. */
function whatIsAt(files: Pick<Files, "stat">, path: string): FileInfo | undefined {
  try {
    return files.stat(path);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return undefined;
  }
}
