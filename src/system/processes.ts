/**
 * Real child processes.
 *
 * No wait here lasts longer than the child: processes that it left behind may hold its pipes for
 * ever (ceph/ceph.automation#45, TheJJ/ceph-balancer#27). The program cannot end such a process:
 * signalling a process group needs the permission to run everything.
 *
 * @module
 */
import { maskKeys } from "@/ceph_keys.ts";
import type { Child, ChildStatus, Clock, Processes, SpawnOptions } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import { installHint, type Packages } from "@/hints.ts";
import { endingWith } from "@/system/child_output.ts";
import { systemClock } from "@/system/clock.ts";

const TAIL_LENGTH = 4096;

/** Characters of standard error to keep, so that no key at the beginning of the tail is cut. */
const KEPT_LENGTH = 4 * TAIL_LENGTH;

/** Milliseconds for a child to end by itself, e.g. to end the container that it wraps. */
const KILL_GRACE = 2000;

/** Milliseconds to read a pipe after the end of the child. */
const PIPE_GRACE = 1000;

/** Deno's error for a signal to a process that has ended. */
const UNHEARD = [TypeError, Deno.errors.NotFound, Deno.errors.PermissionDenied];

/** Starts programs of this machine. */
export const systemProcesses: Processes = processesWith(systemClock);

/** {@linkcode systemProcesses} with another clock. */
export function processesWith(clock: Pick<Clock, "monotonic" | "sleep">): Processes {
  return {
    spawn(argv, options = {}) {
      const [program, ...args] = argv;
      if (program === undefined) throw new TypeError("spawn() needs a program");
      return new SystemChild(start(program, args, options), options, clock);
    },
  };
}

function start(program: string, args: string[], options: SpawnOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args,
      // None of our variables (tokens, CEPH_ARGS, LD_*) reaches the child.
      clearEnv: true,
      env: { LC_ALL: "C" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw spawnError(program, error, options.packages);
  }
}

function spawnError(program: string, error: unknown, packages?: Packages): ToolError {
  if (error instanceof Deno.errors.NotFound) {
    return new ToolError("source_unavailable", `Cannot run '${program}': it is not installed`, {
      hints: packages === undefined ? [] : [installHint(packages)],
      cause: error,
    });
  }
  return new ToolError("permission_denied", `Cannot run '${program}': ${messageOf(error)}`, {
    hints: [`check that this user may run it: ls -l ${program}`],
    cause: error,
  });
}

class SystemChild implements Child {
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly status: Promise<ChildStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #clock: Pick<Clock, "monotonic" | "sleep">;
  readonly #signal: AbortSignal | undefined;
  readonly #givenUp = Promise.withResolvers<ChildStatus>();
  readonly #exit: Promise<ChildStatus>;
  #tail = "";
  #isCut = false;
  #isKilled = false;

  constructor(
    child: Deno.ChildProcess,
    { signal }: SpawnOptions,
    clock: Pick<Clock, "monotonic" | "sleep">,
  ) {
    this.#child = child;
    this.#clock = clock;
    this.#signal = signal;
    this.pid = child.pid;
    this.#exit = Promise.race([child.status, this.#givenUp.promise]);
    this.stdout = endingWith(this.#exit, child.stdout, PIPE_GRACE, clock);
    this.status = this.#run();
    // Nobody may be waiting for the status of an abandoned child; this must not be an unhandled
    // rejection.
    this.status.catch(() => {});
    signal?.addEventListener("abort", this.#stop, { once: true });
    if (signal?.aborted) this.kill();
  }

  stderrTail(): string {
    const whole = this.#isCut ? this.#tail.replace(/^[A-Za-z0-9+/=]+/, "") : this.#tail;
    return maskKeys(whole).slice(-TAIL_LENGTH).trim();
  }

  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    void this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    if (!this.stdout.locked) await this.stdout.cancel().catch(() => {});
    await this.status;
  }

  readonly #stop = () => this.kill();

  /** A child that waits for a dead disk does not end at SIGKILL either; then it is left behind. */
  async #end(): Promise<void> {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      this.#send(signal);
      if (await this.#settles(this.#exit, KILL_GRACE)) return;
    }
    this.#givenUp.resolve({ code: 137, signal: "SIGKILL" });
  }

  /** A process that cannot be signalled has ended, or is another user's (`sudo` in a wrapper). */
  #send(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!UNHEARD.some((kind) => error instanceof kind)) throw error;
    }
  }

  async #run(): Promise<ChildStatus> {
    const stderr = this.#child.stderr.getReader();
    const drained = this.#drain(stderr);
    const { code, signal } = await this.#exit;
    if (!await this.#settles(drained, PIPE_GRACE)) await stderr.cancel();
    this.#isKilled = true;
    this.#signal?.removeEventListener("abort", this.#stop);
    return { code, signal };
  }

  /** Standard error is read while the child runs: one with much output would block for ever. */
  async #drain(stderr: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { value, done } = await stderr.read();
      if (done) return;
      const tail = this.#tail + decoder.decode(value, { stream: true });
      this.#isCut ||= tail.length > KEPT_LENGTH;
      this.#tail = tail.slice(-KEPT_LENGTH);
    }
  }

  /** Whether a promise settles within some milliseconds. */
  async #settles(work: Promise<unknown>, ms: number): Promise<boolean> {
    const done = new AbortController();
    const late = this.#clock.sleep(ms, done.signal).then(() => false, () => true);
    const isSettled = await Promise.race([work.then(() => true, () => true), late]);
    done.abort();
    return isSettled;
  }
}
