/**
 * Starts the lab, as root on Debian 12: `deno task lab:up [--thin] [--show-locations]`. The first
 * time it installs missing packages and creates every service; afterwards it starts what is not
 * running.
 *
 * @module
 */
import { ENDPOINTS, startLab } from "./lab.ts";
import { CEPH_CONF } from "./ceph_conf.ts";
import { install, missingPackages } from "./packages.ts";
import { say, step } from "./wait.ts";

const FLAGS = ["--thin", "--show-locations"];

async function up(args: readonly string[]): Promise<void> {
  const unknown = args.find((arg) => !FLAGS.includes(arg));
  if (unknown !== undefined) throw new Error(`Cannot read '${unknown}': flags are ${FLAGS}`);
  const missing = await missingPackages();
  if (missing.length > 0) {
    await say(`installing ${missing.join(" ")} (about two minutes)`);
    await step("packages", () => install(missing));
  }
  await startLab({
    thin: args.includes("--thin"),
    showLocations: args.includes("--show-locations"),
  });
}

if (import.meta.main) {
  await step("lab is up", () => up(Deno.args));
  await say(`\nceph.conf       ${CEPH_CONF}`);
  for (const [name, url] of Object.entries(ENDPOINTS)) await say(`${name.padEnd(15)} ${url}`);
}
