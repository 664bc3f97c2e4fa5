/**
 * Runs Python for the tests of nova's hook: a clean environment, the hook on `PYTHONPATH`, and a
 * record of how the stand-in program was called.
 *
 * @module
 */

const HERE = import.meta.dirname ?? ".";

/** The directory of the hook, as `hook install` adds it to nova-compute's `PYTHONPATH`. */
export const HOOK_FOLDER = `${HERE}/../../../src/nova`;

/** A package `nova` with only what the hook needs. */
export const PLAIN_NOVA = `${HERE}/plain`;

/** The program that the hook finds in {@linkcode callFetch}. */
export const STAND_IN = `${HERE}/stand_in.py`;

/** What a Python run takes in addition to its arguments. */
export interface PythonOptions {
  /** The interpreter. @default {"/usr/bin/python3"} */
  readonly program?: string;
  /** Directories of `PYTHONPATH`; an empty list leaves the variable unset. */
  readonly path?: readonly string[];
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. */
  readonly input?: string;
}

/** How it ended. */
export interface PythonResult {
  /** Exit status. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** Runs Python to its end. */
export async function python(
  args: readonly string[],
  options: PythonOptions = {},
): Promise<PythonResult> {
  const path = options.path === undefined ? {} : { PYTHONPATH: options.path.join(":") };
  const child = new Deno.Command(options.program ?? "/usr/bin/python3", {
    args: [...args],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "/usr/bin",
      HOME: Deno.env.get("HOME") ?? "/",
      PYTHONDONTWRITEBYTECODE: "1",
      ...path,
      ...options.env,
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(options.input ?? ""));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** One call of `nova.virt.images.fetch`. */
export interface FetchCase {
  /** The behaviour of the stand-in, in its own keywords. */
  readonly standIn: string;
  /** Image id or URL. @default {"0be1d1b3-…"} */
  readonly image?: string;
  /** Ids of trusted certificates. */
  readonly certs?: readonly string[];
  /** Environment of nova-compute during the call. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The result of a call. */
export interface FetchOutcome {
  /** The exception, or `null`. */
  readonly raised: {
    readonly class: string;
    readonly message: string;
    /** Whether the real nova aborts the build because of it. */
    readonly aborts: boolean;
  } | null;
  /** Content of the file afterwards, or `null` if there is none. */
  readonly content: string | null;
  /** Number of nova's own downloads. */
  readonly own: number;
  /** Log records from `INFO` up. */
  readonly log: readonly string[];
  /** Duration. */
  readonly seconds: number;
  /** Ticks of another green thread during the call; 0 without eventlet. */
  readonly ticks: number;
  /** How the stand-in was called, `null` if it was not. */
  readonly call: StandInCall | null;
  /** Processes of the stand-in that are still running. */
  readonly survivors: readonly string[];
}

/** How the stand-in was called. */
export interface StandInCall {
  /** Arguments. */
  readonly argv: readonly string[];
  /** Standard input. */
  readonly stdin: string;
  /** Its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its process id. */
  readonly pid: number;
  /** Its parent's. */
  readonly parent: number;
}

/** Parameters of {@linkcode callFetch}. */
export interface FetchSetup extends PythonOptions {
  /** Arguments of the driver: `--real`, and those of nova-compute. */
  readonly args?: readonly string[];
}

/** An image id. */
export const IMAGE = "0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa";

/** Calls fetch for each case, all in one Python process. */
export async function callFetch(
  cases: readonly FetchCase[],
  setup: FetchSetup,
): Promise<readonly FetchOutcome[]> {
  const folder = await Deno.makeTempDir({ prefix: "hook-" });
  try {
    const input = JSON.stringify(cases.map(({ standIn, image, ...rest }) => ({
      stand_in: standIn,
      image: image ?? IMAGE,
      path: `${folder}/base.part`,
      ...rest,
    })));
    const env = { GLANCE_DIRECT_BIN: STAND_IN, STAND_IN_RECORD: `${folder}/call`, ...setup.env };
    const args = [`${HERE}/fetch_cases.py`, ...setup.args ?? []];
    const { code, stdout, stderr } = await python(args, { ...setup, env, input });
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
