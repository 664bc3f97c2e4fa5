/**
 * Real programs written in Python, asked through a driver beside the test.
 *
 * @module
 */

const PYTHON = "/usr/bin/python3";

/** How a test that needs the peer is declared: ignored, with the reason in its name, where it is missing. */
export interface PeerTest {
  /** Whether to skip it. */
  readonly ignore: boolean;
  /** To be added to the test's name. */
  readonly reason: string;
}

/**
 * Whether Python modules are installed. With `GLANCE_DIRECT_REQUIRE_PEERS` set, nothing is skipped.
 *
 * @param modules Names to import, e.g. `oslo_config`.
 */
export async function peerTest(...modules: readonly string[]): Promise<PeerTest> {
  const isHere = await canImport(modules);
  const ignore = !isHere && Deno.env.get("GLANCE_DIRECT_REQUIRE_PEERS") === undefined;
  return { ignore, reason: ignore ? ` (skipped: python3 has no ${modules.join(", ")})` : "" };
}

async function canImport(modules: readonly string[]): Promise<boolean> {
  try {
    const args = ["-I", "-c", `import ${modules.join(", ")}`];
    return (await new Deno.Command(PYTHON, { args, stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/**
 * Runs a driver of this directory.
 *
 * @param input Pieces of its standard input.
 * @returns Its standard output.
 * @throws {Error} With its standard error, if it fails.
 */
export async function runPython(driver: string, input: readonly string[]): Promise<string> {
  const child = new Deno.Command(PYTHON, {
    args: ["-I", "-W", "ignore", new URL(driver, import.meta.url).pathname],
    env: { PYTHONUTF8: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const sent = new Blob([...input]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await sent;
  return new TextDecoder().decode(stdout);
}
