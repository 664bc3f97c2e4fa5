/**
 * What the hook in a running nova-compute tells of itself. The program may not look at other processes
 * (Deno keeps `/proc` from programs with scoped permissions), so the hook leaves a file in nova's state
 * directory and holds its lock, which the kernel ends with the process, in a container as on the host.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { HOOK_UNIT, unitFiles } from "@/nova/hook_files.ts";

/** Its name in `[DEFAULT]state_path`, as the hook's module has it. */
const MARK = "glance-direct-hook.json";

/** Longest mark that is read, in bytes: nova may write there what it likes. */
const LONGEST = 65_536;

/** A nova-compute that has loaded the hook. */
export interface RunningHook {
  /** Process id, in nova-compute's own PID namespace. */
  readonly pid: number;
  /** Path of the module that it has loaded, as nova-compute sees it. */
  readonly module: string;
  /** First line of that module: its version. */
  readonly version: string;
  /** The program that it calls. */
  readonly program: string;
  /** Whether nova-compute could run that when it started. */
  readonly programRuns: boolean;
}

/**
 * The running nova-compute that has the hook.
 *
 * @param statePath `[DEFAULT]state_path`.
 * @returns `undefined`, if none runs.
 * @throws {ToolError} `permission_denied` or `io`, if the mark cannot be looked at.
 */
export async function runningHook(
  files: Pick<Files, "lstat" | "readText" | "tryLock">,
  statePath: string,
): Promise<RunningHook | undefined> {
  const path = join(statePath, MARK);
  const info = files.lstat(path);
  if (!info?.isFile || info.size > LONGEST) return undefined;
  using ended = await files.tryLock(path);
  return ended === undefined ? parse(files.readText(path)) : undefined;
}

function parse(text: string): RunningHook | undefined {
  try {
    const { pid, module, version, program, program_runs: runs } = JSON.parse(text);
    const isWhole = Number.isSafeInteger(pid) && typeof runs === "boolean" &&
      [module, version, program].every((each) => typeof each === "string");
    return isWhole ? { pid, module, version, program, programRuns: runs } : undefined;
  } catch {
    // Half written, or by somebody else.
    return undefined;
  }
}

/** Whether the module that it has loaded is of this version of the program. */
export function isCurrent({ version }: RunningHook): boolean {
  const [module] = unitFiles(HOOK_UNIT);
  return module?.text.startsWith(version) ?? false;
}
