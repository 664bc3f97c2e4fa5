/**
 * `deno task publish`: drafts the release of a tag on GitHub, with everything in `dist/release/`. It runs
 * in the release workflow, which gives the token and the tag.
 *
 * @module
 */
import { run, runTask, say } from "./command.ts";

async function publish(): Promise<void> {
  const { version } = JSON.parse(await Deno.readTextFile("deno.json"));
  const tag = Deno.env.get("GITHUB_REF_NAME");
  if (tag !== `v${version}`) {
    throw new Error(`Cannot publish tag '${tag}': deno.json says version '${version}'`);
  }
  const files: string[] = [];
  for await (const { name } of Deno.readDir("dist/release")) files.push(`dist/release/${name}`);
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
