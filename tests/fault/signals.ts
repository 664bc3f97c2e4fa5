/**
 * `rbd` stopped, killed or slow in the middle of a transfer.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import { resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import type { FaultLab, Victim } from "./fault_lab.ts";
import { slow, untilMidway } from "./slow_fetch.ts";

const RATE = "--limit-rate=2M";

/** Registers the campaigns. */
export function rbdAccidents(lab: FaultLab): void {
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) ended(lab, signal);
  delayed(lab);
}

/** A source that is given up: the image comes from Glance. */
function ended(lab: FaultLab, signal: "SIGSTOP" | "SIGKILL"): void {
  const options = { ...slow(lab), flags: [RATE, "--stall-timeout=1s"] };
  campaign({
    name: `${signal} to rbd during a transfer${lab.suffix}`,
    cases: lab.cases(3),
    open: () => lab.open(options),
    async one(host) {
      const running = await host.start();
      await untilMidway(host);
      await signalAll(host, signal);
      const outcome = await running.ended;
      assertEquals(resultOf(outcome).source, "glance", outcome.stderr);
      assertLess(outcome.seconds, 20);
      await host.untilQuiet();
      await host.assertRecovers();
      host.clear();
    },
  });
}

function delayed(lab: FaultLab): void {
  campaign({
    name: `rbd is slow: stopped again and again, never for long${lab.suffix}`,
    cases: lab.cases(3),
    open: () => lab.open({ ...slow(lab), flags: [RATE] }),
    async one(host) {
      const running = await host.start();
      await untilMidway(host);
      for (let turn = 0; turn < 4; turn++) {
        for (const signal of ["SIGSTOP", "SIGCONT"] as const) {
          await signalAll(host, signal);
          await new Promise((resolve) => setTimeout(resolve, signal === "SIGSTOP" ? 400 : 50));
        }
      }
      assertEquals(resultOf(await running.ended).source, "rbd");
      await host.assertRecovers();
      host.clear();
    },
  });
}

/** Sends a signal to every `rbd` of a host; one may have come to its end a moment ago. */
export async function signalAll(host: Victim, signal: Deno.Signal): Promise<void> {
  for (const pid of await host.exporting()) {
    try {
      Deno.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
