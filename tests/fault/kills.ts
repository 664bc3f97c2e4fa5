/**
 * SIGKILL at any moment of a fetch, of a conversion and of a prefetch of many.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { campaign, scaled } from "./campaign.ts";
import { Trial, type TrialOptions } from "./trial.ts";

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
      // Evenly over the whole run and a little beyond it.
      await killed(trial, 1.1 * seconds * (index + Math.random()) / cases);
      trial.assertWholeOrNothing();
      await trial.assertRecovers();
      trial.clear();
    },
  });
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

/** Starts the program and kills it after some seconds, if it still runs. */
async function killed(trial: Trial, seconds: number): Promise<void> {
  const running = await trial.host.start(trial.command);
  const timer = setTimeout(() => endNow(running.pid), seconds * 1000);
  await running.ended;
  clearTimeout(timer);
}

/** The program may have come to its end by itself a moment ago. */
function endNow(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
