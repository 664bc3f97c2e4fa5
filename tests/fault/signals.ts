/**
 * `rbd` stopped, killed or slow in the middle of a transfer.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import { resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import type { Ground, Victim } from "./ground.ts";
import { slow, untilMidway } from "./midway.ts";

const RATE = "--limit-rate=2M";

/** Registers the campaigns. */
export function rbdAccidents(ground: Ground): void {
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) ended(ground, signal);
  delayed(ground);
}

/** A source that is given up: the image comes from Glance. */
function ended(ground: Ground, signal: "SIGSTOP" | "SIGKILL"): void {
  const options = { ...slow(ground), flags: [RATE, "--stall-timeout=1s"] };
  campaign({
    name: `${signal} of rbd midway${ground.suffix}`,
    cases: ground.cases(3),
    open: () => ground.open(options),
    async one(trial) {
      const running = await trial.start();
      await untilMidway(trial);
      await signalAll(trial, signal);
      const outcome = await running.ended;
      assertEquals(resultOf(outcome).source, "glance", outcome.stderr);
      assertLess(outcome.seconds, 20);
      await trial.untilQuiet();
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function delayed(ground: Ground): void {
  campaign({
    name: `rbd is slow: stopped again and again, never for long${ground.suffix}`,
    cases: ground.cases(3),
    open: () => ground.open({ ...slow(ground), flags: [RATE] }),
    async one(trial) {
      const running = await trial.start();
      await untilMidway(trial);
      for (let turn = 0; turn < 4; turn++) {
        for (const signal of ["SIGSTOP", "SIGCONT"] as const) {
          await signalAll(trial, signal);
          await new Promise((resolve) => setTimeout(resolve, signal === "SIGSTOP" ? 400 : 50));
        }
      }
      assertEquals(resultOf(await running.ended).source, "rbd");
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

/** Sends a signal to every `rbd` of a host; one may have come to its end a moment ago. */
export async function signalAll(trial: Victim, signal: Deno.Signal): Promise<void> {
  for (const pid of await trial.exporting()) {
    try {
      Deno.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
