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

function endsWell(program: string, args: readonly string[]): boolean {
  try {
    return new Deno.Command(program, { args: [...args] }).outputSync().success;
  } catch {
    return false;
  }
}

/** The version of a Python package: whole numbers compare with it, and `4.4` equals `4.4.1`. */
export async function peerVersion(name: string): Promise<number> {
  const script = `import importlib.metadata as m; print(m.version("${name}"))`;
  const { stdout } = await new Deno.Command(PYTHON, { args: ["-c", script] }).output();
  return parseFloat(new TextDecoder().decode(stdout));
}

/** The version of Python as a number: 3.13. */
export async function pythonMinor(): Promise<number> {
  const script = "import sys; print('%d.%02d' % sys.version_info[:2])";
  const { stdout } = await new Deno.Command(PYTHON, { args: ["-c", script] }).output();
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
