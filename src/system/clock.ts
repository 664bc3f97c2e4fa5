/**
 * The real clock.
 *
 * @module
 */
import type { Clock } from "@/context.ts";

/** The system time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    let left = ms;
    for (; left > LONGEST; left -= LONGEST) await wait(LONGEST, signal);
    await wait(left, signal);
  },
};

/** The longest time of one timer in milliseconds, 24.8 days: a longer one would end immediately. */
const LONGEST = 2 ** 31 - 1;

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
