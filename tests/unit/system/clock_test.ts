import { assert, assertEquals } from "@std/assert";
import { systemClock } from "@/system/clock.ts";

/** The waits of the timers by which the clock sleeps; none of them takes time. */
async function timersOf(ms: number): Promise<readonly number[]> {
  const real = globalThis.setTimeout;
  const waits: number[] = [];
  globalThis.setTimeout = ((action: () => void, wait: number) => {
    waits.push(wait);
    queueMicrotask(action);
    return 0;
  }) as unknown as typeof setTimeout;
  try {
    await systemClock.sleep(ms);
  } finally {
    globalThis.setTimeout = real;
  }
  return waits;
}

Deno.test("systemClock sleeps as long as requested, even longer than one timer can", async () => {
  const DAY = 86_400_000;
  for (const ms of [0, 1, 2 ** 31 - 1, 2 ** 31, 30 * DAY, 365 * DAY]) {
    const waits = await timersOf(ms);
    assertEquals(waits.reduce((sum, wait) => sum + wait, 0), ms);
    assert(waits.length > 0 && waits.every((wait) => wait < 2 ** 31), `${ms}: ${waits}`);
  }
});
