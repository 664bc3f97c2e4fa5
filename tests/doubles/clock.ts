/**
 * A clock that only moves when a test moves it.
 *
 * @module
 */
import type { Clock } from "@/context.ts";

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Time in the hands of a test. */
export class FakeClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];
  /** Every duration that was slept, in order. */
  readonly slept: number[] = [];
  readonly #runsBelow: number;
  #turned = 0;

  /** @param runsBelow Sleeps shorter than this move the clock at once instead of waiting, in ms. */
  constructor({ now = 0, runsBelow = 0 } = {}) {
    this.#now = now;
    this.#runsBelow = runsBelow;
  }

  now(): number {
    return this.#now + this.#turned;
  }

  monotonic(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    if (ms < this.#runsBelow) {
      this.#now += ms;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { due: this.#now + ms, wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener("abort", () => {
      this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
      reject(signal.reason);
    });
    await promise;
  }

  /** Sets the time of day to another one, as an administrator or NTP does; no time passes. */
  turn(ms: number): void {
    this.#turned += ms;
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Advances the time, and runs what was waiting for it. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleepers.filter((one) => one.due <= this.#now);
    this.#sleepers = this.#sleepers.filter((one) => one.due > this.#now);
    for (const sleeper of due) sleeper.wake();
    await settle();
  }
}

/** Lets everything that can run without waiting for the outside run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
