/**
 * Many at once, and a dead holder of the lock.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import type { Ground } from "./ground.ts";
import { slow, untilMidway } from "./midway.ts";

/** Registers the campaigns. */
export function crowdAccidents(ground: Ground): void {
  manyProcesses(ground);
  manyImages(ground);
  deadHolder(ground);
}

function manyProcesses(ground: Ground): void {
  campaign({
    name: `50 processes want one image${ground.suffix}`,
    cases: ground.cases(1),
    open: () => ground.open({ flags: [ground.source] }),
    async one(trial) {
      const ended = await Promise.all(Array.from({ length: 50 }, () => trial.run()));
      const fetched = ended.filter((one) => resultOf(one).outcome === "fetched");
      assertEquals(fetched.length, 1);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function manyImages(ground: Ground): void {
  const { crowd: images, source } = ground;
  const flags = [source, `--concurrency=${images}`];
  campaign({
    name: `${images} images at once${ground.suffix}`,
    cases: ground.cases(1),
    open: () => ground.open({ images, size: 50_000, flags }),
    async one(trial) {
      const { status, stderr } = await trial.run();
      assertEquals(status, 0, stderr);
      assertEquals(trial.assertWholeOrNothing(), images);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function deadHolder(ground: Ground): void {
  campaign({
    name: `the holder of the lock is killed while others wait${ground.suffix}`,
    cases: ground.cases(3),
    open: () => ground.open(slow(ground)),
    async one(trial) {
      const holder = await trial.start();
      await untilMidway(trial);
      const waiting = Array.from({ length: 3 }, () => trial.run());
      await new Promise((resolve) => setTimeout(resolve, 300));
      holder.kill("SIGKILL");
      await holder.ended;
      const outcomes = (await Promise.all(waiting)).map((one) => resultOf(one).outcome).sort();
      assertEquals(outcomes, ["cached", "cached", "fetched"]);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}
