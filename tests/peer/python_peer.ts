/**
 * The real Python libraries of OpenStack as oracles of differential tests.
 *
 * @module
 */

const PYTHON = "/usr/bin/python3";

/** A differential test: skipped with a reason where the peer is missing and nobody insists on it. */
export function peerTest(
  name: string,
  modules: readonly string[],
  run: () => Promise<void>,
): void {
  const missing = modules.filter((module) => !isInstalled(module));
  const insisted = Deno.env.get("GLANCE_DIRECT_REQUIRE_PEERS") !== undefined;
  const ignore = missing.length > 0 && !insisted;
  const reason = ignore ? ` (skipped: ${PYTHON} has no ${missing.join(", ")})` : "";
  Deno.test({ name: `${name}${reason}`, ignore, fn: run });
}

function isInstalled(module: string): boolean {
  try {
    const command = new Deno.Command(PYTHON, { args: ["-c", `import ${module}`] });
    return command.outputSync().success;
  } catch {
    return false;
  }
}

/** What a script of this folder prints as JSON. */
export async function runPython(script: string, args: readonly string[] = []): Promise<unknown> {
  const path = new URL(script, import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(PYTHON, { args: [path, ...args] })
    .output();
  if (!success) throw new Error(`${script}: ${new TextDecoder().decode(stderr).slice(-2000)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
