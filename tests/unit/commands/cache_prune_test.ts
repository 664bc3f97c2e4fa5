import { assertEquals } from "@std/assert";
import { cli } from "../../doubles/cli.ts";
import { withFiles } from "../../doubles/folder.ts";
import { systemFiles } from "@/system/files.ts";

const BASE = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

for (
  const [limit, removed] of [
    [["--max-size", "off"], []],
    [["--max-size", "off", "--max-age", "1d"], [BASE]],
    [["--max-size", "1T"], []],
    [["--max-size", "0"], [BASE]],
  ] as const
) {
  Deno.test(`cache prune ${limit.join(" ")} removes ${removed.length} of 1`, () =>
    withFiles({ [`_base/${BASE}`]: "12345" }, async (folder) => {
      systemFiles.touch(`${folder}/_base/${BASE}`, 1_000_000);
      const conf = `${folder}.conf`;
      await Deno.writeTextFile(conf, `[DEFAULT]\ninstances_path = ${folder}\n`);
      try {
        const { out } = await cli("cache", "prune", ...limit, "-f", "json", "--config-file", conf);
        const names = JSON.parse(out).removed.map(({ name }: { readonly name: string }) => name);
        assertEquals(names, removed);
      } finally {
        await Deno.remove(conf);
      }
    }));
}
