/**
 * Runs one program and measures its cost: time, CPU and memory of all its processes, and the disk
 * space of its output.
 *
 * @module
 */

/** What one run cost. */
export interface Cost {
  /** Wall time, in seconds. */
  readonly seconds: number;
  /** User and system time of the program and of everything it started, in seconds. */
  readonly cpu: number;
  /** Largest sum of resident memory of all its processes at one moment, in bytes. */
  readonly treeMemory: number;
  /** Peak of resident memory of the program itself (`VmHWM`), in bytes. */
  readonly ownMemory: number;
  /** Bytes of disk that the output takes; `null` where there is none. */
  readonly allocated: number | null;
}

/** A run that went well. */
export interface Measured extends Cost {
  /** What it printed. */
  readonly stdout: string;
}

/** Longest run, in seconds: what hangs is ended, and with it the measurement. */
const BOUND = 900;

/** Milliseconds between two looks at memory: a peak that is shorter than this may be missed. */
const INTERVAL = 40;

/** Ticks of the times in `/proc`: `USER_HZ`, 100 on every Linux. */
const TICKS = 100;

/**
 * Runs a program to its end. What it would write is removed before, and all that is dirty is written
 * down, so that no run pays for the one before.
 *
 * @param output Path of the file that it writes, if it writes one.
 * @throws {Error} With the end of its standard error, if it fails.
 */
export async function measure(argv: readonly string[], output?: string): Promise<Measured> {
  if (output !== undefined) await Deno.remove(output).catch(() => {});
  await new Deno.Command("sync").output();
  const [program = "", ...args] = argv;
  const before = childrenCpu();
  const start = performance.now();
  const signal = AbortSignal.timeout(BOUND * 1000);
  const child = new Deno.Command(program, { args, signal, stdout: "piped", stderr: "piped" })
    .spawn();
  const watch = new MemoryWatch(child.pid);
  const ended = await child.output().finally(() => watch.stop());
  const seconds = (performance.now() - start) / 1000;
  const text = new TextDecoder();
  if (!ended.success) {
    throw new Error(`'${argv.join(" ")}' failed: ${text.decode(ended.stderr).slice(-1000)}`);
  }
  return {
    seconds,
    cpu: childrenCpu() - before,
    treeMemory: watch.tree,
    ownMemory: watch.own,
    allocated: output === undefined ? null : await allocatedBytes(output),
    stdout: text.decode(ended.stdout),
  };
}

/** Bytes of disk that a file takes; `null` without a file. */
async function allocatedBytes(path: string): Promise<number | null> {
  return await Deno.stat(path).then(({ blocks }) => (blocks ?? 0) * 512, () => null);
}

/** CPU seconds of all children that have ended, and of theirs: proc(5), `cutime` and `cstime`. */
function childrenCpu(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  return ((fields[13] ?? 0) + (fields[14] ?? 0)) / TICKS;
}

/** Looks at the memory of a process and of those below it until it is stopped. */
class MemoryWatch {
  /** Largest sum seen, in bytes. */
  tree = 0;
  /** `VmHWM` of the process itself, in bytes. */
  own = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(pid: number) {
    this.#timer = setInterval(() => this.#look(pid), INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(pid: number): void {
    const resident = treeOf(pid).map((one) => statusBytes(one, "VmRSS"));
    this.tree = Math.max(this.tree, resident.reduce((sum, bytes) => sum + bytes, 0));
    this.own = Math.max(this.own, statusBytes(pid, "VmHWM"));
  }
}

/** A process and all below it. */
function treeOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** Children of every thread of a process; none when it has ended. */
function childrenOf(pid: number): readonly number[] {
  try {
    const tasks = [...Deno.readDirSync(`/proc/${pid}/task`)];
    return tasks.flatMap(({ name }) =>
      Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`).split(" ").filter(Boolean)
        .map(Number)
    );
  } catch {
    return [];
  }
}

function statusBytes(pid: number, field: string): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
