/**
 * Few descriptors.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { campaign } from "./campaign.ts";
import type { Ground } from "./ground.ts";

/** Registers the campaign. */
export function limitAccidents(ground: Ground): void {
  const sources = ["--source=rbd", "--source=glance"];
  campaign({
    name: `64 open files${ground.suffix}`,
    cases: sources.length,
    open: () => ground.open({ images: 8, size: 200_000, flags: ["--concurrency=2"] }),
    async one(trial, index) {
      const wrapper = ["prlimit", "--nofile=64:64"];
      const { status, stderr } = await trial.run({ wrapper, flags: [sources[index] ?? ""] });
      assertEquals(status, 0, stderr);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}
