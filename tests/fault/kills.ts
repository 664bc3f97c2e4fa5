/**
 * SIGKILL at any moment of a fetch, of a conversion and of a prefetch of many; and SIGTERM, after which
 * nothing may be left even before the next run.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Ended } from "../scenario/program.ts";
import { campaign, scaled } from "./campaign.ts";
import type { TrialOptions } from "./ground.ts";
import { Trial } from "./trial.ts";

const KINDS: readonly (readonly [name: string, cases: number, options: TrialOptions])[] = [
  ["SIGKILL during a fetch from Ceph", 200, { flags: ["--source=rbd"] }],
  ["SIGKILL during a fetch from Glance", 100, { flags: ["--source=glance"] }],
  ["SIGKILL during a conversion to raw", 100, { converted: true }],
  ["SIGKILL during a prefetch of four", 60, { images: 4, size: 300_000 }],
];

for (const [name, count, options] of KINDS) {
  const cases = scaled(count);
  campaign({
    name,
    cases,
    open: () => Timed.make(options),
    async one({ trial, seconds }, index) {
      await killed(trial, "SIGKILL", momentOf(index, cases, seconds));
      trial.assertWholeOrNothing();
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

const STOPPED = scaled(30);

campaign({
  name: "SIGTERM during a prefetch of four, at twice",
  cases: STOPPED,
  open: () => Timed.make({ images: 4, size: 300_000, flags: ["--concurrency=2"] }),
  async one({ trial, seconds }, index) {
    const { status, stderr } = await killed(trial, "SIGTERM", momentOf(index, STOPPED, seconds));
    assert([0, 143].includes(status), stderr);
    assertEquals(trial.paths().length, trial.assertWholeOrNothing(), `${trial.paths()}`);
    await trial.assertRecovers();
    trial.clear();
  },
});

/** Evenly over a whole run and a little beyond it. */
function momentOf(index: number, cases: number, seconds: number): number {
  return 1.1 * seconds * (index + Math.random()) / cases;
}

/** A trial that knows how long a run takes. */
class Timed implements AsyncDisposable {
  private constructor(readonly trial: Trial, readonly seconds: number) {}

  static async make(options: TrialOptions): Promise<Timed> {
    const trial = new Trial(options);
    let seconds = 0;
    for (let turn = 0; turn < 3; turn++) {
      const ended = await trial.run();
      assertEquals(ended.status, 0, ended.stderr);
      seconds = ended.seconds;
      trial.clear();
    }
    return new Timed(trial, seconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.trial[Symbol.asyncDispose]();
  }
}

/** Starts the program and sends it a signal after some seconds, if it still runs. */
async function killed(trial: Trial, signal: Deno.Signal, seconds: number): Promise<Ended> {
  const running = await trial.host.start(trial.command);
  const timer = setTimeout(() => send(running.pid, signal), seconds * 1000);
  const ended = await running.ended;
  clearTimeout(timer);
  return ended;
}

/** The program may have come to its end by itself a moment ago. */
function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
