/**
 * The real peers of the program as oracles of differential tests: Debian's Python libraries of
 * OpenStack, and programs.
 *
 * @module
 */

const PYTHON = "/usr/bin/python3";

/** What a test compares with. */
export interface Peers {
  /** Modules of Python. */
  readonly modules?: readonly string[];
  /** Programs, and arguments that make them end well. */
  readonly programs?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A differential test. Where a peer is missing it is skipped and says so, unless
 * `GLANCE_DIRECT_REQUIRE_PEERS` insists.
 */
export function peerTest(name: string, peers: Peers, run: () => Promise<void>): void {
  const missing = [
    ...(peers.modules ?? []).filter((module) => !endsWell(PYTHON, ["-c", `import ${module}`])),
    ...Object.entries(peers.programs ?? {}).filter(([program, args]) => !endsWell(program, args))
      .map(([program]) => program),
  ];
  const ignore = missing.length > 0 && Deno.env.get("GLANCE_DIRECT_REQUIRE_PEERS") === undefined;
  const reason = ignore ? ` (skipped: no ${missing.join(", ")})` : "";
  Deno.test({ name: `${name}${reason}`, ignore, fn: run });
}

/** Answers of {@linkcode endsWell}: some modules take seconds, and many tests ask for them. */
const known = new Map<string, boolean>();

function endsWell(program: string, args: readonly string[]): boolean {
  const command = [program, ...args].join(" ");
  const isGood = known.get(command) ?? tries(program, args);
  known.set(command, isGood);
  return isGood;
}

function tries(program: string, args: readonly string[]): boolean {
  try {
    return new Deno.Command(program, { args: [...args] }).outputSync().success;
  } catch {
    return false;
  }
}

/**
 * The version of a Python package as a number that compares: 4.04 for 4.4.1, 4.2 for 4.20.0, and
 * whole numbers for themselves.
 */
export async function peerVersion(name: string): Promise<number> {
  return await version(`import importlib.metadata as m; found = m.version("${name}").split(".")`);
}

/** The version of Python, likewise: 3.13. */
export async function pythonMinor(): Promise<number> {
  return await version("import sys; found = sys.version_info");
}

async function version(script: string): Promise<number> {
  const print = "print('%d.%02d' % tuple(map(int, found[:2])))";
  const { stdout } = await new Deno.Command(PYTHON, { args: ["-c", `${script}; ${print}`] })
    .output();
  return Number(new TextDecoder().decode(stdout));
}

/**
 * What a Python script of this folder prints as JSON.
 *
 * @param input Its standard input.
 */
export async function runPython(script: string, input = ""): Promise<unknown> {
  const path = new URL(script, import.meta.url).pathname;
  const child = new Deno.Command(PYTHON, {
    args: ["-W", "ignore", path],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const sent = new Blob([input]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(`${script}: ${new TextDecoder().decode(stderr).slice(-2000)}`);
  await sent;
  return JSON.parse(new TextDecoder().decode(stdout));
}
