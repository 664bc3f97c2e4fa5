/**
 * Runs contenders in turn (A B C A B C …), so that a slow phase of the machine affects all of them.
 *
 * @module
 */
import { say } from "@lab/ceph/wait.ts";
import type { Contender } from "./contenders.ts";
import type { FullMemory } from "./full_memory.ts";
import { type Cost, measure } from "./measure.ts";
import { median, spread } from "./statistics.ts";

/** What one contender's runs came to. */
export interface Standing extends Cost {
  /** Its name. */
  readonly name: string;
  /** Seconds of each run, in order. */
  readonly runs: readonly number[];
  /** Distance of the slowest from the fastest run, as a share of the median. */
  readonly noise: number;
  /** Bytes out of the source; `null` where they cannot be seen. */
  readonly transferred: number | null;
}

type Run = Cost & { readonly transferred: number | null };

/**
 * Runs each contender `rounds` times, after one reading of the image that counts for nobody: the
 * cluster then has it in its memory for each of them.
 *
 * @param output The file that each of them writes.
 * @param memory Filled before each run.
 */
export async function duel(
  contenders: readonly Contender[],
  rounds: number,
  output: string,
  memory: FullMemory,
): Promise<readonly Standing[]> {
  const runs = new Map(contenders.map(({ name }): [string, Run[]] => [name, []]));
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      await Deno.remove(output).catch(() => {});
      memory.fill();
      const run = await once(contender, output);
      runs.get(contender.name)?.push(run);
      await say(`${run.seconds.toFixed(1).padStart(6)} s  ${contender.name}`);
    }
    const seconds = (performance.now() - start) / (round + 1) * (rounds - round - 1) / 1000;
    await say(`round ${round + 1} of ${rounds}, about ${Math.round(seconds)} s left`);
  }
  return [...runs].map(([name, of]) => standing(name, of));
}

async function once({ argv, writes, figures }: Contender, output: string): Promise<Run> {
  const { stdout, ...cost } = await measure(argv, writes ? output : undefined);
  return { ...cost, transferred: null, ...figures(stdout) };
}

function standing(name: string, runs: readonly Run[]): Standing {
  const of = (field: "seconds" | "cpu" | "treeMemory" | "ownMemory") =>
    median(runs.map((run) => run[field]));
  const seconds = runs.map((run) => run.seconds);
  return {
    name,
    runs: seconds,
    noise: spread(seconds),
    seconds: of("seconds"),
    cpu: of("cpu"),
    treeMemory: of("treeMemory"),
    ownMemory: of("ownMemory"),
    allocated: runs[0]?.allocated ?? null,
    transferred: runs[0]?.transferred ?? null,
  };
}
