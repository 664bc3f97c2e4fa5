/**
 * Runs one of the two programs to its end and captures its output.
 *
 * @module
 */
import { maskKeys } from "@/ceph_keys.ts";
import { rbdConnectTimeout } from "@/config/direct_path.ts";
import type { ChildStatus, Context, Processes } from "@/context.ts";
import { failure, type Finding, type HostFacts, ok, reportedBy } from "@/doctor/check.ts";
import type { CephCluster } from "@/config/ceph_clusters.ts";
import type { ProgramPlaces } from "@/config/program_place.ts";
import { installHint, type Packages } from "@/hints.ts";
import { rbdFailure } from "@/sources/rbd/failure.ts";

/** The result of a program. */
export interface ProgramEnd {
  /** Its exit status. */
  readonly status: ChildStatus;
  /** The beginning of its standard output, with Ceph keys masked. */
  readonly stdout: string;
  /** The end of its standard error. */
  readonly stderr: string;
}

/** Characters of standard output to keep: a pool may have a million names. */
const KEPT = 65_536;

/** Runs a program. @throws {ToolError} If it cannot be started. */
export async function runProgram(
  processes: Processes,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<ProgramEnd> {
  await using child = processes.spawn(argv, { signal });
  let stdout = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (stdout.length < KEPT) stdout += text;
  }
  const status = await child.status;
  if (signal.aborted) throw signal.reason;
  return { status, stdout: maskKeys(stdout), stderr: child.stderrTail() };
}

/**
 * Checks whether a program is installed, and its version.
 *
 * @param program The path that is used.
 * @param packages Its packages.
 * @throws {ToolError} If it may not be started.
 */
export async function tryProgram(
  { files, processes }: Pick<Context, "files" | "processes">,
  { own, program, usual }: ProgramPlaces & { readonly program: string },
  packages: Packages,
  signal: AbortSignal,
): Promise<Finding> {
  if (files.stat(program) === undefined) {
    return failure(`Cannot run '${program}': it is not installed`, installHint(packages));
  }
  const { status, stdout, stderr } = await runProgram(processes, [program, "--version"], signal);
  const details = program === own ? [`it is run instead of '${usual}'`] : [];
  if (status.code === 0) return ok(`'${program}' is ${stdout.trim().split("\n")[0]}`, details);
  return failure(
    `'${program} --version' exited with ${status.code}: ${stderr.trim()}`,
    `apt-get install --reinstall ${packages.deb}, or dnf reinstall ${packages.rpm}`,
  );
}

/**
 * Runs a command of `rbd` on a pool, with the same time limits as a fetch.
 *
 * @param words The arguments of the command.
 * @returns Its standard output.
 * @throws {ToolError} What its failure means.
 */
export async function runRbd(
  host: HostFacts,
  { conf, user }: CephCluster,
  pool: string,
  words: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { config, context } = host;
  const connect = rbdConnectTimeout(config);
  const argv = [
    runnableRbd(host),
    ...words,
    `--conf=${conf}`,
    `--id=${user}`,
    `--pool=${pool}`,
    `--client_mount_timeout=${connect}`,
    `--rados_mon_op_timeout=${connect}`,
    `--rados_osd_op_timeout=${connect}`,
  ];
  const { status, stdout, stderr } = await runProgram(context.processes, argv, signal);
  if (status.code === 0) return stdout;
  throw rbdFailure(`rbd ${words[0]}`, status, stderr, { conf, user, pool });
}

/** `rbd`, for every check but its own. @throws {NotApplicable} If it may not be run. */
export function runnableRbd(host: HostFacts): string {
  try {
    return host.rbdProgram;
  } catch (error) {
    throw reportedBy("rbd may not be run", "rbd.program", error);
  }
}
