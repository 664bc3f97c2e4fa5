/**
 * Files of the real file system, read without blocking the thread.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import type { InputFile } from "@/context.ts";
import { guardedWait } from "@/system/file_errors.ts";

/** Opens a file for reading. @throws {ToolError} `permission_denied` or `io`, also when missing. */
export async function openInput(path: string): Promise<InputFile> {
  await openElsewhere(path);
  const file = await guardedWait("open", path, "io", () => Deno.open(path));
  return {
    isRegular: () => guardedWait("look at", path, "io", async () => (await file.stat()).isFile),
    read: (buffer) => guardedWait("read", path, "io", async () => await file.read(buffer) ?? 0),
    [Symbol.dispose]: () => file.close(),
  };
}

/**
 * `Deno.open` opens in the caller's own thread (Deno 2.5 to 2.9), which a dead network file system
 * or a pipe without a writer would block; `fetch` opens in another one.
 */
async function openElsewhere(path: string): Promise<void> {
  try {
    const { body } = await fetch(pathToFileURL(path));
    await body?.cancel();
  } catch {
    // `Deno.open` gives a better reason why a file does not open.
  }
}
