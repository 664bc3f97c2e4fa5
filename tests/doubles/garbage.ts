/**
 * The garbage collector on demand.
 *
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Lets the collector take what nothing holds. Deno 2.5 shows it only with `--v8-flags=--expose-gc`,
 * which the task `test` gives; without it, nothing is collected here.
 */
export async function collectGarbage(): Promise<void> {
  // Twice: what a finalizer or the turn of the event loop held goes with the second.
  for (let round = 0; round < 2; round++) {
    COLLECT();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function find(): () => void {
  setFlagsFromString("--expose-gc");
  try {
    return runInNewContext("gc") as () => void;
  } catch {
    return (globalThis as { gc?: () => void }).gc ?? (() => {});
  }
}

const COLLECT = find();
