/**
 * The state that the hook in a running nova-compute publishes. The program may not inspect other
 * processes (Deno denies `/proc` to programs with scoped permissions), so the hook writes a file in
 * nova's state directory and holds its lock, which the kernel releases with the process, in a
 * container as on the host.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { HOOK_UNIT, unitFiles } from "@/nova/hook_files.ts";

/** Its name in `[DEFAULT]state_path`, the same as in the hook's module. */
const MARK = "glance-direct-hook.json";

/** Maximum bytes of the mark: nova may write anything there. */
const LONGEST = 65_536;

/** A nova-compute that has loaded the hook. */
export interface RunningHook {
  /** Process id, in nova-compute's own PID namespace. */
  readonly pid: number;
  /** Path of the loaded module, as nova-compute sees it. */
  readonly module: string;
  /** First line of that module: its version. */
  readonly version: string;
  /** The program that it runs. */
  readonly program: string;
  /** Whether nova-compute could run the program when it started. */
  readonly programRuns: boolean;
}

/**
 * The running nova-compute with the hook.
 *
 * @param statePath `[DEFAULT]state_path`.
 * @returns `undefined`, if there is none.
 * @throws {ToolError} `permission_denied` or `io`, if the mark cannot be read.
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
    // Incomplete, or written by another program.
    return undefined;
  }
}

/** Whether the loaded module is from this version of the program. */
export function isCurrent({ version }: RunningHook): boolean {
  const [module] = unitFiles(HOOK_UNIT);
  return module?.text.startsWith(version) ?? false;
}
