/**
 * Files of the real file system that are read without holding the thread up.
 *
 * @module
 */
import type { InputFile } from "@/context.ts";
import { guardedWait } from "@/system/file_errors.ts";

/** Opens a file for reading. @throws {ToolError} `permission_denied` or `io`, also when missing. */
export async function openInput(path: string): Promise<InputFile> {
  const file = await guardedWait("open", path, "io", () => Deno.open(path));
  return {
    isRegular: () => guardedWait("look at", path, "io", async () => (await file.stat()).isFile),
    read: (buffer) => guardedWait("read", path, "io", async () => await file.read(buffer) ?? 0),
    [Symbol.dispose]: () => file.close(),
  };
}
