/**
 * Runs one suite, with the lab of this machine or with its own, and a time limit.
 *
 * @module
 */
import { ROOT, SHIFT } from "../ceph/layout.ts";
import { attached } from "./apart.ts";
import type { Result } from "./results.ts";
import { type SuiteName, SUITES } from "./suites.ts";
import { watched } from "./watched.ts";

/** Separates the ports of two labs: no sum of a service's port and this is another's port. */
const OWN_SHIFT = 1500;

/**
 * Runs a task of deno.json on this process's terminal.
 *
 * @throws {Error} If it fails.
 */
export async function task(words: readonly string[], env = Deno.env.toObject()): Promise<void> {
  const status = await attached([Deno.execPath(), "task", "--quiet", ...words], env);
  if (status !== 0) throw new Error(`'deno task ${words.join(" ")}' ended with ${status}`);
}

/** Runs a suite. */
export async function prove(name: SuiteName): Promise<Result> {
  return await (SUITES[name].aside === "with its own lab" ? proveApart : watch)(name);
}

/** Runs a suite with a lab that is made for it. */
async function proveApart(name: SuiteName): Promise<Result> {
  const env = {
    ...Deno.env.toObject(),
    GLANCE_DIRECT_LAB: `${ROOT}-${name}`,
    GLANCE_DIRECT_LAB_PORT_SHIFT: `${SHIFT + OWN_SHIFT}`,
  };
  await task(["lab:up"], env);
  try {
    return await watch(name, env);
  } finally {
    await task(["lab:down", "--wipe"], env);
  }
}

async function watch(name: SuiteName, outer = Deno.env.toObject()): Promise<Result> {
  const { paths, seconds } = SUITES[name];
  const bounded = ["timeout", "--kill-after=30", `${seconds}`];
  const test = [Deno.execPath(), "run", "-A", `${import.meta.dirname}/apart.ts`, "test"];
  const flags = ["--no-prompt", "-A", "--quiet"];
  const program = new URL("../../../dist/glance-direct", import.meta.url).pathname;
  const env = {
    ...outer,
    GLANCE_DIRECT_BIN: Deno.env.get("GLANCE_DIRECT_BIN") ?? program,
    GLANCE_DIRECT_REQUIRE_PEERS: "1",
  };
  return await watched([...bounded, ...test, ...flags, ...paths], env, `${name}: `);
}
