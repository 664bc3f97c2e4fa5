/**
 * SIGKILL at any moment of a fetch, of a conversion and of a prefetch of many; and SIGTERM, after which
 * nothing may be left even before the next run.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { campaign, scaled } from "./campaign.ts";
import type { FaultHostOptions, FaultLab, Outcome, Running, Victim } from "./fault_lab.ts";

/** A run that is killed, and how often. */
export interface Kind extends FaultHostOptions {
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
  lab: FaultLab,
  kinds: readonly Kind[],
  stopped: Omit<Kind, "what">,
): void {
  for (const kind of kinds) killed(lab, kind);
  terminated(lab, stopped);
}

function killed(lab: FaultLab, { what, cases: count, ...options }: Kind): void {
  const cases = scaled(count);
  campaign({
    name: `SIGKILL during ${what}${lab.suffix}`,
    cases,
    open: () => Timed.make(lab, options),
    async one({ host, seconds }, index) {
      const { status } = await ended(host, "SIGKILL", momentOf(index, cases, seconds));
      const whole = host.assertWholeOrNothing();
      if (status === 0) assertEquals(whole, host.images.length, "status 0 without a file");
      await host.assertRecovers();
      host.clear();
    },
  });
}

function terminated(lab: FaultLab, { cases: count, ...options }: Omit<Kind, "what">): void {
  const cases = scaled(count);
  campaign({
    name: `SIGTERM during a prefetch, at twice${lab.suffix}`,
    cases,
    open: () => Timed.make(lab, { ...options, flags: ["--concurrency=2"] }),
    async one({ host, seconds }, index) {
      const { status, stderr } = await ended(host, "SIGTERM", momentOf(index, cases, seconds));
      assert([0, 143].includes(status), stderr);
      assertEquals(host.paths().length, host.assertWholeOrNothing(), `${host.paths()}`);
      await host.assertRecovers();
      host.clear();
    },
  });
}

/** Evenly over a whole run and a little beyond it. */
function momentOf(index: number, cases: number, seconds: number): number {
  return 1.1 * seconds * (index + Math.random()) / cases;
}

/** A host that knows how long a run takes. */
class Timed implements AsyncDisposable {
  private constructor(readonly host: Victim, readonly seconds: number) {}

  static async make(lab: FaultLab, options: FaultHostOptions): Promise<Timed> {
    const host = await lab.open(options);
    let seconds = 0;
    for (let turn = 0; turn < 3; turn++) {
      const outcome = await host.run();
      assertEquals(outcome.status, 0, outcome.stderr);
      seconds = outcome.seconds;
      host.clear();
    }
    return new Timed(host, seconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
  }
}

/** Starts the program and sends it a signal after some seconds, if it still runs. */
async function ended(host: Victim, signal: Deno.Signal, seconds: number): Promise<Outcome> {
  const running = await host.start();
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
