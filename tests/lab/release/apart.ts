/**
 * Commands whose mounts are seen by nobody else and end with the last of their processes, whatever ends
 * them: with the mounts go their loop devices. Linux, root, util-linux.
 *
 * @module
 */

/** How a command is kept apart. */
export interface ApartOptions {
  /** Whether its processes end with it too, daemons included. @default {true} */
  readonly processes?: boolean;
}

/**
 * The command line of a command with mounts of its own. It is killed when this process ends, also by
 * SIGKILL; and a namespace of processes is killed with its first.
 */
export function apart(
  argv: readonly string[],
  { processes = true }: ApartOptions = {},
): readonly string[] {
  const both = processes ? ["--pid", "--fork", "--kill-child=KILL"] : [];
  return ["setpriv", "--pdeathsig=KILL", "unshare", "--mount", ...both, ...argv];
}

/**
 * Runs a command on this process's terminal.
 *
 * @param env All of its environment.
 * @returns Its exit status.
 */
export async function attached(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = Deno.env.toObject(),
): Promise<number> {
  const { code } = await new Deno.Command(program, { args, clearEnv: true, env }).spawn().status;
  return code;
}

// `deno run -A apart.ts ARGUMENT…`: this Deno with those arguments, and mounts of its own.
if (import.meta.main) {
  Deno.exit(await attached(apart([Deno.execPath(), ...Deno.args], { processes: false })));
}
