/**
 * Temporary folders with files in them.
 *
 * @module
 */
import { dirname, join } from "node:path";

/**
 * Runs a test in a temporary folder and removes it afterwards.
 *
 * @param files Text by path below the folder.
 */
export async function withFiles(
  files: Readonly<Record<string, string>>,
  test: (folder: string) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "nova-" });
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
