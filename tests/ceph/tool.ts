/**
 * The program under test, as a user starts it: the compiled binary (`GLANCE_DIRECT_BIN`), else the
 * sources.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Attempt, FetchResult } from "@/transfer/result.ts";

/** How a run ended. */
export interface Ended {
  /** Exit status. */
  readonly status: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
  /** Wall time. */
  readonly seconds: number;
}

/** The object that a failure prints. */
export interface Failure {
  /** Stable name of what went wrong. */
  readonly code: string;
  /** Exit status. */
  readonly "exit_status": number;
  /** What went wrong, in words. */
  readonly message: string;
  /** Commands or settings that help. */
  readonly hints: readonly string[];
  /** Every source in order; absent where it did not come to that. */
  readonly attempts?: readonly Attempt[];
}

/** A run in progress. */
export interface Running {
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** How it ends. */
  readonly ended: Promise<Ended>;
}

/** Where the sources' dependencies are, whatever a test makes of `HOME`. */
const DENO_DIR = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;

/** Longest run of any test here, in seconds: a program that hangs is ended, and fails its test. */
const BOUND = 180;

/** Where a run happens. */
export interface Surroundings {
  /** Its working directory. @default this one */
  readonly cwd?: string;
  /** Its whole environment. @default ours */
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the program's own. @default none */
  readonly wrapper?: readonly string[];
}

/** Starts the program. */
export function start(
  args: readonly string[],
  { cwd, env, wrapper = [] }: Surroundings = {},
): Running {
  const [program = "", ...first] = [...wrapper, ...command()];
  const begun = performance.now();
  const child = new Deno.Command(program, {
    args: [...first, ...args],
    ...cwd === undefined ? {} : { cwd },
    ...env === undefined ? {} : { env: { DENO_DIR, ...env }, clearEnv: true },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(BOUND * 1000),
  }).spawn();
  const ended = child.output().then(({ code, stdout, stderr }) => ({
    status: code,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
    seconds: (performance.now() - begun) / 1000,
  }));
  return { kill: (signal) => child.kill(signal), ended };
}

/** The result of a run that must have gone well. */
export function resultOf({ status, stdout, stderr }: Ended): FetchResult {
  assertEquals(status, 0, stderr);
  return JSON.parse(stdout) as FetchResult;
}

/** The error of a run that must have failed: nothing on standard output, one object on the other. */
export function failureOf({ status, stdout, stderr }: Ended): Failure {
  assertEquals(stdout, "");
  const objects = stderr.split("\n").filter((line) => line.startsWith('{"type":"error"'));
  assertEquals(objects.length, 1, stderr);
  const failure = JSON.parse(objects[0] ?? "") as Failure;
  assertEquals(failure.exit_status, status);
  return failure;
}

/** The sources that were tried, without the time it took. */
export function triedOf(attempts: readonly Attempt[]): readonly Omit<Attempt, "seconds">[] {
  return attempts.filter(({ outcome }) => outcome !== "skipped")
    .map(({ seconds: _, ...rest }) => rest);
}

/** What became of each source, for comparison: `rbd ok`, `glance failed digest_mismatch`. */
export function course(attempts: readonly Attempt[] = []): readonly string[] {
  return attempts.map(({ source, outcome, code }) =>
    [source, outcome, code].filter((word) => word !== null).join(" ")
  );
}

/**
 * Words before the program's own: it alone sees one directory in the place of another, as if it were
 * mounted on its host. Each step becomes the next by exec, so that signals reach the program.
 */
export function mounting(from: string, at: string): readonly string[] {
  const script = 'mount --bind "$0" "$1" && shift && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, from, at];
}

function command(): readonly string[] {
  const binary = Deno.env.get("GLANCE_DIRECT_BIN");
  if (binary !== undefined) return [binary];
  const main = new URL("../../main.ts", import.meta.url).pathname;
  return [Deno.execPath(), "run", "--no-prompt", "-A", main];
}
