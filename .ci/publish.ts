/**
 * `deno task publish`: drafts the release of a tag on GitHub, with everything in `dist/release/`.
 * It runs in the release workflow, which provides the token and the tag.
 *
 * @module
 */
import { run, runTask, say } from "./command.ts";

/** The part of a bill of materials that is read. */
interface Bill {
  readonly packages: readonly { readonly name: string; readonly versionInfo: string }[];
}

/**
 * @throws {Error} If an executable contains another runtime than this Deno's: a substitute from
 * npm.
 */
async function refuseStandIn(bill: string): Promise<void> {
  const { packages }: Bill = JSON.parse(await Deno.readTextFile(bill));
  const runtime = packages.find(({ name }) => name === "deno")?.versionInfo;
  if (runtime !== Deno.version.deno) {
    throw new Error(`Cannot publish '${bill}': runtime '${runtime}', not '${Deno.version.deno}'`);
  }
}

/** Checks the release files, and drafts the release. */
async function publish(): Promise<void> {
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const tag = Deno.env.get("GITHUB_REF_NAME");
  if (tag !== `v${version}`) {
    throw new Error(`Cannot publish tag '${tag}': deno.json says version '${version}'`);
  }
  const files: string[] = [];
  for await (const { name } of Deno.readDir("dist/release")) files.push(`dist/release/${name}`);
  const bills = files.filter((path) => path.endsWith(".spdx.json"));
  if (bills.length === 0) {
    throw new Error("Cannot publish: 'dist/release' holds no bill of materials");
  }
  for (const bill of bills) await refuseStandIn(bill);
  say(
    await run([
      "gh",
      "release",
      "create",
      tag,
      "--draft",
      "--verify-tag",
      "--generate-notes",
      ...files,
    ]),
  );
}

if (import.meta.main) await runTask("publish", publish);
