/**
 * Waits with a time limit for a condition outside this process, and prints a line per step of the
 * lab.
 *
 * @module
 */

/** Milliseconds between two checks. */
const INTERVAL = 50;

/**
 * Waits until `look` returns something other than `undefined` or `false`, and returns that.
 *
 * @param what What it waits for, for the error.
 * @param seconds The time limit.
 * @throws {Error} If the bound is over.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  seconds = 30,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + seconds * 1000;
  while (true) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (performance.now() > deadline) throw new Error(`No ${what} within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** Runs one step and prints its duration. */
export async function step<T>(title: string, action: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await action();
  await say(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${title}`);
  return result;
}

/** Prints a line on standard error. */
export async function say(line: string): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(`${line}\n`));
}
