/**
 * `deno task checksums`: writes `SHA256SUMS` over everything in `dist/release/`; `sha256sum -c` reads it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { runTask, say } from "./command.ts";

const NAME = "SHA256SUMS";

/** Writes the checksums of a directory and returns the lines, sorted by name. */
export async function writeChecksums(directory: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(directory)) if (name !== NAME) names.push(name);
  const lines = await Promise.all(
    names.sort().map(async (name) => {
      const content = await Deno.readFile(`${directory}/${name}`);
      return `${createHash("sha256").update(content).digest("hex")}  ${name}`;
    }),
  );
  await Deno.writeTextFile(`${directory}/${NAME}`, `${lines.join("\n")}\n`);
  return lines;
}

if (import.meta.main) {
  await runTask("checksums", async () => {
    for (const line of await writeChecksums("dist/release")) say(line);
  });
}
