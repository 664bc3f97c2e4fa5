/**
 * The compiled program as a user runs it. The path of `rbd` is baked into a binary, so the one under
 * test here is compiled for the embedded lab's stand-in; everything else in it is what is released.
 *
 * @module
 */
import { EmbeddedCeph } from "@lab/embedded/ceph.ts";
import type { Attempt, FetchResult } from "@/transfer/result.ts";
import { assertEquals } from "@std/assert";

/** How a run ended. */
export interface Ended {
  /** Exit status. */
  readonly status: number;
  /** Standard output, as bytes. */
  readonly bytes: Uint8Array;
  /** Standard output, as text. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
  /** Wall time in seconds. */
  readonly seconds: number;
}

/** What a run may be given beside its arguments. */
export interface RunOptions {
  /** The whole environment. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input. @default {""} */
  readonly input?: string;
  /** User to run as; only root can choose. */
  readonly uid?: number;
  /** Working directory. */
  readonly cwd?: string;
  /** Words before the program's own: another program that starts it. @default none */
  readonly wrapper?: readonly string[];
}

/** The error object of `--format json`. */
export interface Failure {
  /** Stable name of what went wrong. */
  readonly code: string;
  /** In words. */
  readonly message: string;
  /** What helps. */
  readonly hints: readonly string[];
  /** Every source in order. */
  readonly attempts: readonly Attempt[];
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** This process's own: suites of two releases may run from one checkout at the same time. */
const OWN = Deno.makeTempDirSync({ prefix: "glance-direct-scenario-" });
// Some tests run the program as another user.
Deno.chmodSync(OWN, 0o755);
globalThis.addEventListener("unload", () => Deno.removeSync(OWN, { recursive: true }));

/** The program under test, once something was started. */
export const BINARY = `${OWN}/glance-direct`;

const CEPH = `${OWN}/ceph`;

/** The stand-in that is compiled in. */
export const RBD = `${CEPH}/rbd`;

/** An empty root directory: the operator's own places are in it. */
export const PLACES = `${OWN}/places`;
Deno.mkdirSync(PLACES);

/** The operator's own place for `rbd`, compiled in. */
export const RBD_PLACE = `${PLACES}/usr/lib/glance-direct/rbd`;

/** The operator's own place for `qemu-img`, compiled in. */
export const QEMU_IMG_PLACE = `${PLACES}/usr/lib/glance-direct/qemu-img`;

/** Longest run: a program that hangs is ended, and fails its test. */
const BOUND = 60_000;

let built: Promise<void> | undefined;

/** The signal that ends a run which takes too long. */
export const bound = () => AbortSignal.timeout(BOUND);

/** Path of the program, for those who start it by way of another one. */
export async function program(): Promise<string> {
  await (built ??= build());
  return BINARY;
}

/** Starts the program. */
export async function start(args: readonly string[], options: RunOptions = {}) {
  const [first = "", ...words] = [...options.wrapper ?? [], await program(), ...args];
  const begun = performance.now();
  const child = new Deno.Command(first, {
    args: words,
    clearEnv: true,
    env: { ...options.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: bound(),
    ...options.uid === undefined ? {} : { uid: options.uid, gid: options.uid },
    ...options.cwd === undefined ? {} : { cwd: options.cwd },
  }).spawn();
  const sent = send(child.stdin, options.input ?? "");
  const ended = Promise.all([child.output(), sent]).then(([{ code, stdout, stderr }]): Ended => ({
    status: code,
    bytes: stdout,
    stdout: new TextDecoder().decode(stdout),
    stderr: new TextDecoder().decode(stderr),
    seconds: (performance.now() - begun) / 1000,
  }));
  return { pid: child.pid, kill: (signal: Deno.Signal) => child.kill(signal), ended };
}

/** A program that ends without reading it all is no failure of the test. */
async function send(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  await new Blob([text]).stream().pipeTo(stdin).catch(() => {});
}

/** Runs the program to its end. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return await (await start(args, options)).ended;
}

/** What a run said. */
type Said = Pick<Ended, "status" | "stdout" | "stderr">;

/** The result of a run that must have gone well. */
export function resultOf({ status, stdout, stderr }: Said): FetchResult {
  assertEquals(status, 0, stderr);
  return JSON.parse(stdout);
}

/** The error of a run that must have failed with this status. */
export function failureOf({ status, stdout, stderr }: Said, expected: number): Failure {
  assertEquals([status, stdout], [expected, ""], stderr);
  const objects = stderr.split("\n").filter((line) => line.startsWith('{"type":"error"'));
  assertEquals(objects.length, 1, stderr);
  const failure = JSON.parse(objects[0] ?? "");
  assertEquals(Object.keys(failure), [
    "type",
    "code",
    "exit_status",
    "message",
    "hints",
    "attempts",
  ]);
  assertEquals(failure.exit_status, status);
  return failure;
}

/** Compiles in a few seconds; always, because a stale binary would prove nothing. */
async function build(): Promise<void> {
  const ceph = EmbeddedCeph.create(CEPH);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      ".ci/compile.ts",
      `--rbd=${ceph.program}`,
      `--rbd-place=${RBD_PLACE}`,
      `--qemu-img-place=${QEMU_IMG_PLACE}`,
      `--output=${BINARY}`,
    ],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
