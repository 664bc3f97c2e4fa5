/**
 * Glance that ends midway, Keystone that is not there, and tokens that end.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { failureOf, resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import type { Ground } from "./ground.ts";
import { untilMidway } from "./midway.ts";

const SIZE = 1 << 20;

/** Registers the campaigns. */
export function serviceAccidents(ground: Ground): void {
  brokenGlance(ground);
  brokenKeystone(ground);
  endedTokens(ground);
}

function brokenGlance(ground: Ground): void {
  const cases = ground.cases(6);
  campaign({
    name: `Glance ends midway, and comes back${ground.suffix}`,
    cases,
    open: () => ground.openFrail({ size: SIZE, flags: ["--source=glance", "--retries=0"] }),
    async one(trial, index) {
      const after = Math.floor((SIZE - 1) * index / (cases - 1));
      trial.breakGlance({ kind: "cut", after });
      failureOf(await trial.run(), 75);
      assertEquals(trial.paths(), []);
      trial.breakGlance(undefined);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function brokenKeystone(ground: Ground): void {
  campaign({
    name: `Keystone answers 503${ground.suffix}`,
    cases: ground.cases(2),
    open: () => ground.openFrail({ size: SIZE, keystone: true }),
    async one(trial) {
      trial.breakKeystone(true);
      assertEquals(failureOf(await trial.run(), 75).code, "temporary");
      assertEquals(trial.paths(), []);
      trial.breakKeystone(false);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

/** Glance breaks off too, so that the program has to ask again. In one lane: tokens are every host's. */
function endedTokens(ground: Ground): void {
  const flags = ["--source=glance", "--limit-rate=1M"];
  campaign({
    name: `the token ends midway${ground.suffix}`,
    cases: ground.cases(2),
    lanes: 1,
    open: () => ground.openFrail({ size: 4 * SIZE, flags, keystone: true }),
    async one(trial) {
      trial.breakGlance({ kind: "cut", after: 3 * SIZE });
      const running = await trial.start();
      await untilMidway(trial);
      await trial.endTokens();
      trial.breakGlance(undefined);
      const { attempts } = resultOf(await running.ended);
      const outcomes = attempts.map(({ outcome }) => outcome);
      assertEquals(outcomes.filter((outcome) => outcome !== "skipped"), ["failed", "ok"]);
      trial.clear();
      await trial.assertRecovers();
      trial.clear();
    },
  });
}
