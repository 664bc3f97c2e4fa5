/**
 * `deno task test:here [--release=NAME] [SUITE…]`: runs the suites of this machine's release with
 * the real lab, each with a time limit. Those that need no lab, or their own, run beside the others.
 * Root; Debian. The last line is the total, in Deno's format.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { run } from "../ceph/command.ts";
import { installAll } from "../ceph/packages.ts";
import { say } from "../ceph/wait.ts";
import { prove, task } from "./prove.ts";
import { record, type Result } from "./results.ts";
import { type SuiteName, SUITES, suitesFor } from "./suites.ts";

/** Packages, by the column for their version. */
const COLUMNS = {
  nova: "python3-nova",
  Ceph: "ceph-common",
  Glance: "glance-api",
  Python: "python3",
} as const;

/** The result of a suite, with its name. */
type Proven = Result & { readonly name: SuiteName };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    args: Deno.args,
    options: { release: { type: "string" } },
  });
  const release = values.release ?? await ownRelease();
  const suites = suitesFor(release, positionals);
  await prepare();
  record(release, { versions: await versions() });
  const lanes = Map.groupBy(suites, (name) => SUITES[name].aside !== undefined);
  const results = await Promise.all(lanes.values().map((lane) => proveAll(release, lane)));
  return await summarize(release, results.flat());
}

/** Packages, the compiled program, the lab. */
async function prepare(): Promise<void> {
  await installAll();
  if (!Deno.env.has("GLANCE_DIRECT_BIN")) await task(["compile"]);
  await task(["lab:up"]);
}

/** Runs suites one after another. */
async function proveAll(
  release: string,
  suites: readonly SuiteName[],
): Promise<readonly Proven[]> {
  const proven: Proven[] = [];
  for (const name of suites) {
    await say(`\n== ${release}: ${name}`);
    const result = await prove(name);
    record(release, { suites: { [name]: result } });
    proven.push({ name, ...result });
  }
  return proven;
}

/** Prints a line for each suite, and a total. @returns The exit status. */
async function summarize(release: string, results: readonly Proven[]): Promise<number> {
  const sum = (key: "passed" | "failed") => results.reduce((all, one) => all + one[key], 0);
  for (const { name, passed, failed } of results) {
    await say(`== ${release}: ${name}: ${passed} passed, ${failed} failed`);
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
