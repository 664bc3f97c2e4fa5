/**
 * A file system of owners and modes in memory, which needs no root.
 *
 * @module
 */
import { dirname } from "node:path";
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** One path: "uid:gid mode", as in "0:64060 640". */
export type Owned = Readonly<Record<string, readonly [owned: string, text?: string]>>;

/** Makes it; a path with a text is a file, one without a directory. */
export function ownedFiles(paths: Owned): Files {
  const all: Owned = { "/": ["0:0 755"], ...paths };
  const stat = (path: string): FileInfo | undefined => {
    const [owned, text] = all[path] ?? [];
    if (owned === undefined) return undefined;
    const [uid = 0, gid = 0, mode = "0"] = owned.split(/[: ]/);
    const isFile = text !== undefined;
    const numbers = { uid: Number(uid), gid: Number(gid), mode: parseInt(String(mode), 8), dev: 1 };
    return { ...numbers, isFile, isDirectory: !isFile } as FileInfo;
  };
  const readText = (path: string) => {
    const text = all[path]?.[1];
    if (text === undefined) throw new ToolError("io", `Cannot read '${path}': not found`);
    return text;
  };
  const list = (path: string) => [
    ...new Set(
      Object.keys(all).filter((each) => each.startsWith(`${path}/`))
        .map((each) => each.slice(path.length + 1).split("/")[0] ?? ""),
    ),
  ];
  const readBytes = (path: string) => new TextEncoder().encode(readText(path));
  return { stat, lstat: stat, readText, readBytes, list } as Partial<Files> as Files;
}

/** A file system of text files that everybody may read, and the directories above them. */
export function filesOfRoot(texts: Readonly<Record<string, string>>): Files {
  const above = (path: string): readonly string[] =>
    dirname(path) === "/" ? [] : [dirname(path), ...above(dirname(path))];
  const directories = Object.keys(texts).flatMap(above);
  return ownedFiles({
    ...Object.fromEntries(directories.map((path, index) => [path, [`0:${index} 755`]])),
    ...Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, ["0:0 644", text]])),
  });
}
