/**
 * `deno task root:make NAME…`: makes the root of a Debian release, as minimal as a user's fresh
 * machine: minbase, Node and npm. An existing one is kept. Root; Debian's package mmdebstrap.
 *
 * @module
 */
import { exists, write } from "../ceph/layout.ts";
import { say, step } from "../ceph/wait.ts";
import { addUser } from "./accounts.ts";
import { apart, attached } from "./apart.ts";
import { aptOptions, copySettings, mirror } from "./host.ts";
import { discard, type Place, placeOf, take } from "./place.ts";

/** The packages of a user who follows the README. */
const PACKAGES = "nodejs,npm";

/** Makes a root, unless it exists. */
export async function make(name: string): Promise<Place> {
  const place = placeOf(name);
  using _taken = await take(place);
  if (!await exists(place.root)) await step(`root of ${name}`, () => build(place));
  return place;
}

/** Uses another name until it is complete. */
async function build({ release, root }: Place): Promise<void> {
  const partial = `${root}.partial`;
  await discard(partial);
  const options = (await aptOptions()).map((option) => `--aptopt=${option}`);
  const wanted = ["--quiet", "--variant=minbase", `--include=${PACKAGES}`, ...options];
  const argv = apart(["mmdebstrap", ...wanted, release, partial, ...await mirror()]);
  if (await attached(argv) !== 0) {
    throw new Error(`No root of ${release}: apt-get install mmdebstrap`);
  }
  await write(`${partial}/usr/sbin/policy-rc.d`, "#!/bin/sh\nexit 101\n");
  await Deno.chmod(`${partial}/usr/sbin/policy-rc.d`, 0o755);
  await addUser(partial);
  await copySettings(partial);
  await Deno.rename(partial, root);
}

if (import.meta.main) {
  if (Deno.args.length === 0) throw new Error("Name a release of Debian: root:make trixie");
  for (const name of Deno.args) await say((await make(name)).root);
}
