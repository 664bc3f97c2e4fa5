/**
 * A process of the lab that outlives the command that started it. It is identified by its pid and
 * its start time, so that only processes of the lab itself are ever signalled.
 *
 * @module
 */
import { ENVIRONMENT } from "./command.ts";
import { at } from "./layout.ts";
import { until } from "./wait.ts";

/** How to start a daemon. */
export interface DaemonOptions {
  /** Name of its pid file and of its log. */
  readonly name: string;
  /** Program and arguments; it must stay in the foreground. Read when its package is installed. */
  readonly argv: () => readonly string[];
  /** Variables in addition to the lab's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Records its own pid and start time, then becomes the daemon: both stay the same through `exec`,
 * and the daemon never runs unrecorded. `$0` is its log, `$1` its pid file.
 */
const LAUNCH =
  'echo "$$ $(cut -d" " -f22 /proc/$$/stat)" >"$1"; shift; exec "$@" >>"$0" 2>&1 </dev/null';

/** Seconds from SIGTERM to SIGKILL. */
const GRACE = 10;

/** One daemon of the lab. */
export class Daemon {
  readonly #options: DaemonOptions;

  /** Describes a daemon; {@linkcode Daemon.start} starts it. */
  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  /** Name of its pid file and of its log. */
  get name(): string {
    return this.#options.name;
  }

  /** Its output on its standard streams. */
  get log(): string {
    return at("log", `${this.name}.log`);
  }

  /** Its process, or `undefined` if it is not running. */
  async pid(): Promise<number | undefined> {
    const [pid, started] = (await readText(this.#pidFile))?.trim().split(" ") ?? [];
    if (pid === undefined || started === undefined) return undefined;
    return await startTime(pid) === started ? Number(pid) : undefined;
  }

  /** Starts it, if it is not running. */
  async start(): Promise<void> {
    if (await this.pid() !== undefined) return;
    for (const name of ["log", "run"]) await Deno.mkdir(at(name), { recursive: true });
    // Standard output is a pipe until the daemon runs: waits for its end.
    await new Deno.Command("setsid", {
      args: ["--fork", "sh", "-c", LAUNCH, this.log, this.#pidFile, ...this.#options.argv()],
      clearEnv: true,
      env: { ...ENVIRONMENT, ...this.#options.env },
      // As in systemd. Since Ceph 18 Debian's OSD looks for its classes at a relative path.
      cwd: "/",
      stdin: "null",
      stderr: "null",
    }).output();
  }

  /** Ends it cleanly, or by force if needed. */
  async stop(): Promise<void> {
    const pid = await this.pid();
    if (pid === undefined) return;
    signal(pid, "SIGTERM");
    signal(pid, "SIGCONT");
    await this.#gone(GRACE).catch(() => this.kill());
  }

  /** Ends it with all its children, as a crash of the machine would. */
  async kill(): Promise<void> {
    const pid = await this.pid();
    if (pid === undefined) return;
    signal(-pid, "SIGKILL"); // Started by setsid: it leads a process group of its own.
    await this.#gone(GRACE);
  }

  /** Pauses it: it keeps its sockets and answers nothing. */
  async pause(): Promise<void> {
    const pid = await this.pid();
    if (pid === undefined) throw new Error(`Cannot pause '${this.name}': it does not run`);
    Deno.kill(pid, "SIGSTOP");
  }

  /** Ends a {@linkcode Daemon.pause}; does nothing otherwise. */
  async resume(): Promise<void> {
    const pid = await this.pid();
    if (pid !== undefined) signal(pid, "SIGCONT");
  }

  get #pidFile(): string {
    return at("run", `${this.name}.pid`);
  }

  async #gone(seconds: number): Promise<void> {
    await until(`end of '${this.name}'`, async () => await this.pid() === undefined, seconds);
  }
}

/** A process may end at any time, also between two signals. */
function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Start time of a living process in clock ticks since boot: field 22 of `/proc/PID/stat`, proc(5). */
async function startTime(pid: string): Promise<string | undefined> {
  const stat = await readText(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? undefined : fields?.[19];
}

async function readText(path: string): Promise<string | undefined> {
  return await Deno.readTextFile(path).catch(() => undefined);
}
