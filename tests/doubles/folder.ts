/**
 * Temporary folders with files in them.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { withEndedLocks } from "./flock_calls.ts";

/**
 * Runs a test in a temporary folder and removes it afterwards.
 *
 * @param files Content by path below the folder.
 */
export async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  test: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "nova-" });
  try {
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(join(folder, path), bytes);
    }
    await withEndedLocks(async () => await test(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
