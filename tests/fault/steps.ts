/**
 * The steps of a fetch as the kernel sees them: the system calls that touch the cache directory. strace
 * lists them, ends the program exactly at one of them, or makes one of them fail.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { FaultHostOptions, FaultLab, Outcome, Victim } from "./fault_lab.ts";

/** The `nth` call of `name` by some thread of the program. */
export interface Step {
  /** System call. */
  readonly name: string;
  /** From 1 on, counted for each thread, as strace's `when=` counts. */
  readonly nth: number;
  /** The how manieth of its name on the cache it is, from 1 on. */
  readonly ordinal: number;
}

/** A run with a call that was to fail, or to be the last. */
export interface Shot {
  /** How it ended; `undefined` when another call was struck, or none. */
  readonly ended: Outcome | undefined;
  /** Where its calls on the cache were. */
  readonly seen: readonly Step[];
}

/** Every call that makes, fills, flushes, names or removes something. */
const CALLS = "openat,write,pwrite64,ftruncate,fsync,fdatasync,chmod,fchmod,link,linkat,rename," +
  "renameat,renameat2,unlink,unlinkat,mkdir";

/** A fetch whose steps are looked at: of few writes. */
export function traceable({ source }: Pick<FaultLab, "source">): FaultHostOptions {
  return { size: 1 << 20, flags: [source] };
}

/** The steps of a run that goes well. The cache is empty afterwards. */
export async function stepsOf(host: Victim): Promise<readonly Step[]> {
  const { ended, text } = await logged(host);
  assertEquals(ended.status, 0, ended.stderr);
  host.clear();
  const steps = parse(text, host.cache).filter(({ isFirst }) => isFirst);
  const isSeen = (call: string) => steps.some(({ name }) => name === call);
  assert(["fsync", "linkat"].every(isSeen), "strace sees");
  return steps;
}

/** Runs the command and ends it at one step, unless no thread comes to its `nth` call this time. */
export async function killed(host: Victim, { name, nth }: Step): Promise<Shot> {
  const { ended, text } = await logged(host, `inject=${name}:signal=KILL:when=${nth}`);
  return { ended: ended.status === 0 ? undefined : ended, seen: parse(text, host.cache) };
}

/**
 * Runs the command and has one step fail. Another call may be struck: threads count their own calls, and
 * the one of a run that comes to its `nth` may be the runtime's, waking a thread by an eventfd.
 *
 * @param error As `EIO`.
 */
export async function failing(
  host: Victim,
  { name, nth }: Step,
  error: string,
): Promise<Shot> {
  const { ended, text } = await logged(host, `inject=${name}:error=${error}:when=${nth}`);
  const struck = injected(text);
  const isOurs = struck.length > 0 && struck.every((call) => call.includes(host.cache));
  return { ended: isOurs ? ended : undefined, seen: parse(text, host.cache) };
}

/** Runs the command with these further expressions for strace. @returns The log, with paths. */
async function logged(
  host: Victim,
  ...expressions: readonly string[]
): Promise<{ readonly ended: Outcome; readonly text: string }> {
  const log = await Deno.makeTempFile();
  try {
    const more = expressions.flatMap((one) => ["-e", one]);
    const ended = await traced(host, ["-y", "-o", log, ...more]);
    return { ended, text: await Deno.readTextFile(log) };
  } finally {
    await Deno.remove(log);
  }
}

/** Children are let go as they come to be `rbd`: what is looked at is the program alone. */
async function traced(host: Victim, options: readonly string[]): Promise<Outcome> {
  const strace = ["strace", "-f", "-b", "execve", "-qq", "-e", `trace=${CALLS}`];
  return await host.run({ wrapper: [...strace, ...options] });
}

/** The calls that were made to fail; one that another thread interrupted takes two lines. */
function injected(log: string): readonly string[] {
  const begun = new Map<string, string>();
  const calls: string[] = [];
  for (const line of log.split("\n")) {
    const [pid = ""] = line.split(" ", 1);
    if (!line.includes("(INJECTED)")) begun.set(pid, line);
    else calls.push(line.includes(" resumed>") ? `${begun.get(pid)} ${line}` : line);
  }
  return calls;
}

/** Reads `PID name(arguments…`; `-y` puts the path behind every descriptor. */
function parse(log: string, directory: string): readonly (Step & { readonly isFirst: boolean })[] {
  const counts = new Map<string, number>();
  const ordinals = new Map<string, number>();
  const steps: (Step & { readonly isFirst: boolean })[] = [];
  for (const line of log.split("\n")) {
    const [, pid, name = ""] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (pid === undefined) continue;
    const nth = next(counts, `${pid} ${name}`);
    if (!line.includes(directory)) continue;
    const step = { name, nth, ordinal: next(ordinals, name) };
    steps.push({ ...step, isFirst: isFirst(counts, pid, step) });
  }
  return steps;
}

function next(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

/** Whether no other thread has come to its `nth` call before: strace would strike there. */
function isFirst(counts: ReadonlyMap<string, number>, pid: string, { name, nth }: Step): boolean {
  const others = [...counts].filter(([key]) =>
    key.endsWith(` ${name}`) && key !== `${pid} ${name}`
  );
  return others.every(([, count]) => count < nth);
}
