/**
 * A campaign: one accident, many times. Each case passes or reports how it failed; the sums of all
 * campaigns are the table at the end of the run.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import { messageOf } from "@/errors.ts";
import { assertEquals } from "@std/assert";

/** What one campaign came to. */
export interface Tally {
  /** The accident. */
  readonly name: string;
  /** How often it was tried. */
  readonly cases: number;
  /** How each lost case was lost. */
  readonly lost: readonly string[];
  /** Wall time. */
  readonly seconds: number;
}

/** One campaign. `Place` is where a lane works: a host of its own, used again from case to case. */
export interface Campaign<Place extends AsyncDisposable> {
  /** The accident. */
  readonly name: string;
  /** How often. */
  readonly cases: number;
  /** Cases at the same time. @default {3} */
  readonly lanes?: number;
  /** Makes a place. */
  open(): Promise<Place>;
  /** Runs case `index` of `cases`; throws when something is lost. */
  one(place: Place, index: number): Promise<void>;
}

/** Whether there is a night's time. */
export const NIGHTLY = Deno.env.has("GLANCE_DIRECT_NIGHTLY");

/** As many cases as a few minutes allow, or eight times that. */
export function scaled(cases: number): number {
  return NIGHTLY ? 8 * cases : cases;
}

/** At most `count` of `list`, evenly chosen from its first to its last; by night all. */
export function sample<T>(list: readonly T[], count: number): readonly T[] {
  if (NIGHTLY || list.length <= count) return list;
  const step = (list.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => list[Math.round(index * step)]!);
}

const tallies: Tally[] = [];

/** Registers a campaign as a test. */
export function campaign<Place extends AsyncDisposable>(options: Campaign<Place>): void {
  Deno.test(`${options.name} (${options.cases} cases)`, async () => {
    const { lost } = await wage(options);
    assertEquals(lost, []);
  });
}

/** Runs a campaign now; for those whose cases are known only then. */
export async function wage<Place extends AsyncDisposable>(
  options: Campaign<Place>,
): Promise<Tally> {
  const { name, cases, lanes = 3 } = options;
  const begun = performance.now();
  const queue = Array.from({ length: cases }, (_, index) => index);
  const lost: string[] = [];
  await Promise.all(
    Array.from({ length: Math.min(lanes, cases) }, () => lane(options, queue, lost)),
  );
  const tally = { name, cases, lost, seconds: (performance.now() - begun) / 1000 };
  tallies.push(tally);
  return tally;
}

/** Works through the queue; a place where something was lost is given up for a new one. */
async function lane<Place extends AsyncDisposable>(
  options: Campaign<Place>,
  queue: number[],
  lost: string[],
): Promise<void> {
  let index = queue.shift();
  while (index !== undefined) {
    await using place = await options.open();
    for (; index !== undefined; index = queue.shift()) {
      try {
        await options.one(place, index);
      } catch (error) {
        lost.push(`case ${index}: ${stripVTControlCharacters(messageOf(error))}`);
        index = queue.shift();
        break;
      }
    }
  }
}

/** Prints the table of all campaigns so far. */
export function printTable(): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${table()}\n`));
}

/** The table: cases tried, survived and lost. */
function table(): string {
  const width = Math.max(...tallies.map(({ name }) => name.length), 5);
  const row = (name: string, ...numbers: (number | string)[]) =>
    [name.padEnd(width), ...numbers.map((number) => `${number}`.padStart(8))].join(" ");
  const sum = (count: (tally: Tally) => number) =>
    tallies.reduce((total, tally) => total + count(tally), 0);
  const rowOf = (name: string, cases: number, lost: number, seconds: number) =>
    row(name, cases, cases - lost, lost, `${seconds.toFixed(0)} s`);
  return [
    row("fault", "cases", "survived", "lost", "time"),
    ...tallies.map(({ name, cases, lost, seconds }) => rowOf(name, cases, lost.length, seconds)),
    rowOf(
      "total",
      sum((one) => one.cases),
      sum((one) => one.lost.length),
      sum((one) => one.seconds),
    ),
  ].join("\n");
}
