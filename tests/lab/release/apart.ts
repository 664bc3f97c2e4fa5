/**
 * Runs commands in their own mount namespace. Their mounts are invisible to others and end with the
 * last of their processes, and their loop devices with the mounts. Linux, root, util-linux.
 *
 * @module
 */

/** How to isolate a command. */
export interface ApartOptions {
  /** Whether its processes also end with it, including daemons. @default {true} */
  readonly processes?: boolean;
}

/**
 * The command line of a command with its own mounts. It is killed when this process ends, also by
 * SIGKILL; a PID namespace is killed with its first process.
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
 * @param env The whole environment.
 * @returns Its exit status.
 */
export async function attached(
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = Deno.env.toObject(),
): Promise<number> {
  const { code } = await new Deno.Command(program, { args, clearEnv: true, env }).spawn().status;
  return code;
}

// `deno run -A apart.ts ARGUMENT…`: runs this Deno with the arguments and its own mounts.
if (import.meta.main) {
  Deno.exit(await attached(apart([Deno.execPath(), ...Deno.args], { processes: false })));
}
