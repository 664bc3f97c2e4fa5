/**
 * `deno task test:here [--release=NAME] [SUITE…]`: runs the suites of this machine's release with
 * the real lab, each with a time limit. Root; Debian. The last line is the total, in Deno's format.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { run } from "../ceph/command.ts";
import { installAll } from "../ceph/packages.ts";
import { say } from "../ceph/wait.ts";
import { attached } from "./apart.ts";
import { record, type Result } from "./results.ts";
import { type SuiteName, SUITES, suitesFor } from "./suites.ts";
import { watched } from "./watched.ts";

/** Packages, by the column for their version. */
const COLUMNS = {
  nova: "python3-nova",
  Ceph: "ceph-common",
  Glance: "glance-api",
  Python: "python3",
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    args: Deno.args,
    options: { release: { type: "string" } },
  });
  const release = values.release ?? await ownRelease();
  const suites = suitesFor(release, positionals);
  await prepare();
  await record(release, { versions: await versions() });
  const results: Result[] = [];
  for (const name of suites) {
    await say(`\n== ${release}: ${name}`);
    const result = await prove(name);
    await record(release, { suites: { [name]: result } });
    results.push(result);
  }
  return await summarize(release, suites, results);
}

/** Packages, the compiled program, the lab. */
async function prepare(): Promise<void> {
  await installAll();
  for (const task of [...Deno.env.has("GLANCE_DIRECT_BIN") ? [] : ["compile"], "lab:up"]) {
    const status = await attached([Deno.execPath(), "task", "--quiet", task]);
    if (status !== 0) throw new Error(`'deno task ${task}' ended with ${status}`);
  }
}

async function prove(name: SuiteName): Promise<Result> {
  const { paths, seconds } = SUITES[name];
  const bounded = ["timeout", "--kill-after=30", `${seconds}`];
  const test = [Deno.execPath(), "run", "-A", `${import.meta.dirname}/apart.ts`, "test"];
  const flags = ["--no-prompt", "-A", "--quiet"];
  const program = new URL("../../../dist/glance-direct", import.meta.url).pathname;
  return await watched([...bounded, ...test, ...flags, ...paths], {
    ...Deno.env.toObject(),
    GLANCE_DIRECT_BIN: Deno.env.get("GLANCE_DIRECT_BIN") ?? program,
    GLANCE_DIRECT_REQUIRE_PEERS: "1",
  });
}

/** Prints a line for each suite, and a total. @returns The exit status. */
async function summarize(
  release: string,
  suites: readonly string[],
  results: readonly Result[],
): Promise<number> {
  const sum = (key: "passed" | "failed") => results.reduce((all, one) => all + one[key], 0);
  for (const [index, { passed, failed }] of results.entries()) {
    await say(`== ${release}: ${suites[index]}: ${passed} passed, ${failed} failed`);
  }
  const verdict = sum("failed") === 0 ? "ok" : "FAILED";
  const line = `${verdict} | ${sum("passed")} passed | ${sum("failed")} failed\n`;
  await Deno.stdout.write(new TextEncoder().encode(line));
  return sum("failed") === 0 ? 0 : 1;
}

async function ownRelease(): Promise<string> {
  const [, name] = /^VERSION_CODENAME=(\w+)$/m.exec(await Deno.readTextFile("/etc/os-release")) ??
    [];
  return name ?? "unknown";
}

/** Upstream's versions: without Debian's epoch and revision. */
async function versions(): Promise<Record<string, string>> {
  const entries = Object.entries(COLUMNS).map(async ([column, name]) => {
    const version = await run(["dpkg-query", "-W", "-f", "${source:Upstream-Version}", name]);
    return [column, version.replace(/[+~].*$/, "")] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

if (import.meta.main) Deno.exit(await main());
