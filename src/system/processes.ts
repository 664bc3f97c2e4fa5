/**
 * Real child processes.
 *
 * @module
 */
import type { Child, ChildStatus, Processes, SpawnOptions } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";

const TAIL_LENGTH = 4096;

/** Starts programs of this machine. */
export const systemProcesses: Processes = {
  spawn(argv, options = {}) {
    const [program, ...args] = argv;
    if (program === undefined) throw new TypeError("spawn() needs a program");
    return new SystemChild(start(program, args, options), options);
  },
};

function start(program: string, args: string[], options: SpawnOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args,
      // Nothing of ours (tokens, CEPH_ARGS, LD_*) reaches the child.
      clearEnv: true,
      env: { ...options.env ?? { LC_ALL: "C" } },
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw spawnError(program, error, options.debianPackage);
  }
}

function spawnError(program: string, error: unknown, debianPackage?: string): ToolError {
  if (error instanceof Deno.errors.NotFound) {
    return new ToolError("source_unavailable", `Cannot run '${program}': it is not installed`, {
      hints: debianPackage === undefined ? [] : [`apt-get install ${debianPackage}`],
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
  readonly #signal: AbortSignal | undefined;
  #tail = "";
  #ended = false;

  constructor(child: Deno.ChildProcess, options: SpawnOptions) {
    this.#child = child;
    this.#signal = options.signal;
    this.pid = child.pid;
    this.stdout = child.stdout;
    this.status = this.#run(options);
    // Whoever abandons the child never looks at its status; that is no unhandled rejection.
    this.status.catch(() => {});
    this.#signal?.addEventListener("abort", this.#stop, { once: true });
    if (this.#signal?.aborted) this.kill();
  }

  stderrTail(): string {
    return this.#tail.trim();
  }

  kill(): void {
    if (this.#ended) return;
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    if (!this.stdout.locked) await this.stdout.cancel().catch(() => {});
    await this.status;
  }

  readonly #stop = () => this.kill();

  async #run(options: SpawnOptions): Promise<ChildStatus> {
    const [status] = await Promise.all([
      this.#child.status,
      this.#drain(options.onStderr),
      this.#feed(options.stdin),
    ]);
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#stop);
    return { code: status.code, signal: status.signal };
  }

  /** Standard error must be read while the child runs, or a chatty child blocks for ever. */
  async #drain(onStderr: ((text: string) => void) | undefined): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#tail = (this.#tail + text).slice(-TAIL_LENGTH);
      onStderr?.(text);
    }
  }

  async #feed(input: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    if (input === undefined) return;
    const writer = this.#child.stdin.getWriter();
    // A child that ends without reading its input says so by its exit status.
    await writer.write(input).then(() => writer.close()).catch(() => {});
  }
}
