/**
 * Few descriptors.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { program } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import { Trial } from "./trial.ts";

campaign({
  name: "64 open files",
  cases: 2,
  open: () => Promise.resolve(new Trial({ images: 8, size: 200_000, flags: ["--concurrency=2"] })),
  async one(trial, index) {
    const source = index === 0 ? [] : ["--source=glance"];
    const args = [
      "--nofile=64:64",
      await program(),
      ...trial.host.args([...trial.command, ...source]),
    ];
    const { code, stderr } = await new Deno.Command("prlimit", { args, clearEnv: true }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    await trial.assertRecovers();
    trial.clear();
  },
});
