/**
 * SIGKILL at any moment of a fetch, of a conversion and of a prefetch of many; and SIGTERM, after which
 * nothing may be left even before the next run.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { campaign, scaled } from "./campaign.ts";
import type { Ground, Outcome, Running, TrialOptions, Victim } from "./ground.ts";

/** A run that is killed, and how often. */
export interface Kind extends TrialOptions {
  /** What it does. */
  readonly what: string;
  /** Cases by day. */
  readonly cases: number;
}

/**
 * Registers the campaigns.
 *
 * @param kinds What is killed.
 * @param stopped The prefetch that is stopped by SIGTERM.
 */
export function killAccidents(
  ground: Ground,
  kinds: readonly Kind[],
  stopped: Omit<Kind, "what">,
): void {
  for (const kind of kinds) killed(ground, kind);
  terminated(ground, stopped);
}

function killed(ground: Ground, { what, cases: count, ...options }: Kind): void {
  const cases = scaled(count);
  campaign({
    name: `SIGKILL during ${what}${ground.suffix}`,
    cases,
    open: () => Timed.make(ground, options),
    async one({ trial, seconds }, index) {
      const { status } = await ended(trial, "SIGKILL", momentOf(index, cases, seconds));
      const whole = trial.assertWholeOrNothing();
      if (status === 0) assertEquals(whole, trial.images.length, "status 0 without a file");
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function terminated(ground: Ground, { cases: count, ...options }: Omit<Kind, "what">): void {
  const cases = scaled(count);
  campaign({
    name: `SIGTERM during a prefetch, at twice${ground.suffix}`,
    cases,
    open: () => Timed.make(ground, { ...options, flags: ["--concurrency=2"] }),
    async one({ trial, seconds }, index) {
      const { status, stderr } = await ended(trial, "SIGTERM", momentOf(index, cases, seconds));
      assert([0, 143].includes(status), stderr);
      assertEquals(trial.paths().length, trial.assertWholeOrNothing(), `${trial.paths()}`);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

/** Evenly over a whole run and a little beyond it. */
function momentOf(index: number, cases: number, seconds: number): number {
  return 1.1 * seconds * (index + Math.random()) / cases;
}

/** A trial that knows how long a run takes. */
class Timed implements AsyncDisposable {
  private constructor(readonly trial: Victim, readonly seconds: number) {}

  static async make(ground: Ground, options: TrialOptions): Promise<Timed> {
    const trial = await ground.open(options);
    let seconds = 0;
    for (let turn = 0; turn < 3; turn++) {
      const outcome = await trial.run();
      assertEquals(outcome.status, 0, outcome.stderr);
      seconds = outcome.seconds;
      trial.clear();
    }
    return new Timed(trial, seconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.trial[Symbol.asyncDispose]();
  }
}

/** Starts the program and sends it a signal after some seconds, if it still runs. */
async function ended(trial: Victim, signal: Deno.Signal, seconds: number): Promise<Outcome> {
  const running = await trial.start();
  const timer = setTimeout(() => send(running, signal), seconds * 1000);
  const outcome = await running.ended;
  clearTimeout(timer);
  return outcome;
}

/** The program may have come to its end by itself a moment ago. */
function send(running: Running, signal: Deno.Signal): void {
  try {
    running.kill(signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}
