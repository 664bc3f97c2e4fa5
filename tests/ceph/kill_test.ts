/**
 * SIGKILL at moments spread over whole runs against real Ceph: 50 in the usual run, eight times as many
 * with `GLANCE_DIRECT_NIGHTLY`, of which 304 hit a fetch. `tests/fault` does so by the hundred against
 * the embedded lab.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { campaign, scaled, table } from "../fault/campaign.ts";
import type { Outcome, TrialOptions } from "../fault/ground.ts";
import { CephTrial } from "./ceph_trial.ts";

/** What is killed. */
interface Kind extends TrialOptions {
  readonly name: string;
  readonly cases: number;
}

const MIB = 1 << 20;

const KINDS: readonly Kind[] = [
  { name: "a fetch by rbd", cases: 28, flags: ["--source=rbd", "--no-fallback"] },
  { name: "a fetch from Glance", cases: 10, flags: ["--source=glance"] },
  { name: "a conversion to raw", cases: 6, converted: true },
  { name: "a prefetch of three", cases: 6, images: 3, size: 8 * MIB, flags: ["--concurrency=2"] },
];

for (const { name, cases: count, ...options } of KINDS) {
  const cases = scaled(count);
  campaign({
    name: `SIGKILL during ${name}, real Ceph`,
    cases,
    lanes: 2,
    async open() {
      const trial = await CephTrial.make(options);
      await trial.assertRecovers();
      trial.clear();
      return trial;
    },
    async one(trial, index) {
      // Evenly over the whole run and a little beyond it.
      const ended = await killed(trial, 1.1 * trial.seconds * (index + Math.random()) / cases);
      const whole = trial.assertWholeOrNothing();
      if (ended.status === 0) assertEquals(whole, trial.images.length, "status 0 without a file");
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

Deno.test.afterAll(() => {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${table()}\n`));
});

/** Runs the command, and kills it after some seconds if it still runs. */
async function killed(trial: CephTrial, seconds: number): Promise<Outcome> {
  const running = await trial.start();
  const timer = setTimeout(() => running.kill("SIGKILL"), 1000 * seconds);
  const ended = await running.ended;
  clearTimeout(timer);
  return ended;
}
