/**
 * Runs the programs of a build step, and prints to the caller of the step.
 *
 * @module
 */

/** Options for running a program. */
export interface RunOptions {
  /** Its working directory. @default {the current one} */
  readonly cwd?: string;
  /** Variables in addition to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Writes one line to standard output. */
export function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/**
 * Runs a program and returns its standard output, trimmed; its standard error passes through.
 *
 * @throws {Error} If it exits with anything but 0.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const [program = "", ...args] = argv;
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    ...options,
  });
  const { code, stdout } = await child.output();
  if (code !== 0) throw new Error(`Cannot go on: '${argv.join(" ")}' exited ${code}`);
  return new TextDecoder().decode(stdout).trim();
}

/** Runs a task to its end; prints a failure as one line on standard error and exits 1. */
export async function runTask(name: string, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    Deno.stderr.writeSync(new TextEncoder().encode(`${name}: error: ${message}\n`));
    Deno.exitCode = 1;
  }
}
