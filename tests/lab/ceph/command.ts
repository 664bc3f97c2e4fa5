/**
 * Runs a program to its end, without the caller's environment: a stray `CEPH_ARGS` or `OS_CLOUD`
 * must not change what the lab does.
 *
 * @module
 */
import { ROOT } from "./layout.ts";

/** The environment of everything in the lab. oslo.config looks into `$HOME` too, so it is the lab's. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C.UTF-8",
  HOME: ROOT,
};

/** What {@linkcode run} takes in addition to the command line. */
export interface RunOptions {
  /** Text for standard input. @default {""} */
  readonly stdin?: string;
  /** Variables in addition to {@linkcode ENVIRONMENT}. */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds until it is killed. @default {120} */
  readonly seconds?: number;
}

/**
 * Runs a program and returns its standard output.
 *
 * @throws {Error} With the end of its standard error, if it fails.
 */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const [program = "", ...args] = argv;
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...ENVIRONMENT, ...options.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout((options.seconds ?? 120) * 1000),
  }).spawn();
  const [output] = await Promise.all([child.output(), feed(child.stdin, options.stdin ?? "")]);
  const text = new TextDecoder();
  if (output.success) return text.decode(output.stdout);
  const words = text.decode(output.stderr).trim().slice(-2000);
  throw new Error(`'${argv.join(" ")}' ended with ${output.signal ?? output.code}: ${words}`);
}

/** A child that ends without reading its input has not failed: its exit status decides. */
async function feed(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    if (text !== "") await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
