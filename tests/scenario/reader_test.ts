/**
 * A reader of standard output may stop early: `ls | head -1` is silent, and so is this program.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { Host } from "./host.ts";
import { run, type RunOptions } from "./program.ts";

/** Runs the program in front of a reader, and prints its exit status. */
function into(reader: string): RunOptions {
  const pipe = `"$@" | ${reader}; echo " status \${PIPESTATUS[0]}"`;
  return { wrapper: ["bash", "-c", pipe, "bash"], env: { PATH: "/usr/bin:/bin" } };
}

Deno.test("a reader that closes early ends the program silently, help, tables and images alike", async () => {
  await using host = new Host();
  const image = host.lab.addImage({ diskFormat: "raw", content: dense(noise(8 << 20)) });
  const lines = [
    ["--help"],
    ["man"],
    ["config", "show", "--config-file", host.lab.novaConf],
    ["cache", "list", "--no-names", "--config-file", host.lab.novaConf],
    ["fetch", image.id, "-o", "-", "--config-file", host.lab.novaConf, "-q"],
  ];
  for (const line of lines) {
    // A reader that is gone before the first byte is the one that never races with the pipe's buffer.
    for (const reader of ["head -c 10", "true"]) {
      const { stderr, stdout } = await run(line, into(reader));
      const status = / status (\d+)\n$/.exec(stdout)?.[1] ?? "";
      assertEquals([line[0], stderr], [line[0], ""]);
      assert(status === "141" || (status === "0" && reader !== "true"), stdout);
    }
  }
});
