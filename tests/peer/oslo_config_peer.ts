/**
 * The real oslo.config, asked through `oslo_config_peer.py`.
 *
 * @module
 */
import { OPTIONS } from "@/config/options.ts";
import type { OsloCase, Outcomes } from "./oslo_config_case.ts";

const PYTHON = "/usr/bin/python3";
const DRIVER = new URL("oslo_config_peer.py", import.meta.url).pathname;

/** Why the peer cannot be asked, or `undefined` when it can. */
export async function osloMissing(): Promise<string | undefined> {
  try {
    const command = new Deno.Command(PYTHON, {
      args: ["-c", "import oslo_config"],
      stderr: "null",
    });
    return (await command.output()).success ? undefined : "python3-oslo.config is not installed";
  } catch {
    return `${PYTHON} is not installed`;
  }
}

/** Has oslo.config read all cases, in one process. */
export async function osloOutcomes(cases: readonly OsloCase[]): Promise<Outcomes[]> {
  const child = new Deno.Command(PYTHON, {
    args: ["-I", "-W", "ignore", DRIVER],
    env: { PYTHONUTF8: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const requests = [OPTIONS, ...cases].map((line) => JSON.stringify(line) + "\n");
  const sent = new Blob(requests).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  await sent;
  return new TextDecoder().decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
}
