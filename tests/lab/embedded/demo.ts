/**
 * `deno task demo`: the real program against the embedded lab, on a machine without Ceph, OpenStack or
 * anything else but Deno.
 *
 * @module
 */
import { runCli } from "@/cli.ts";
import type { Context } from "@/context.ts";
import { systemContext } from "@/system/context.ts";
import { signalsAsAbort } from "@/system/signals.ts";
import { altered, sparse } from "./content.ts";
import { startLab } from "./lab.ts";
import { qcow2 } from "./qcow2.ts";

const MIB = 1 << 20;

/** What of the caller's environment concerns a terminal; their cloud is none of the demo's business. */
const TERMINAL = ["TERM", "NO_COLOR", "COLUMNS", "LANG"];

/** The real world without the caller's environment, for several runs in one process. */
function demoContext(): Context {
  const context = systemContext();
  const { env } = context;
  return {
    ...context,
    env: {
      get: (name) => TERMINAL.includes(name) ? env.get(name) : undefined,
      names: () => TERMINAL.filter((name) => env.get(name) !== undefined),
    },
    // The next run needs them again.
    relinquish: () => {},
  };
}

async function demo(kept: string, signal: AbortSignal): Promise<void> {
  await using lab = startLab({ instances: kept });
  const context = demoContext();
  const say = (text: string) => context.terminal.out(`\n${text}\n`);
  const run = async (...argv: readonly string[]) => {
    say(`$ glance-direct ${argv.join(" ")}`);
    const status = await runCli(argv, context, signal, lab.ceph.program);
    if (status !== 0) throw new Error(`glance-direct exited with ${status}`);
  };
  const config = ["--config-file", lab.novaConf];

  const disk = sparse(768 * MIB, { 0: 64 * MIB, [512 * MIB]: 64 * MIB });
  lab.addImage({ name: "demo-raw", content: disk });
  const guest = sparse(256 * MIB, { 0: 4 * MIB, [200 * MIB]: 4 * MIB });
  const image = qcow2(guest);
  const format = { diskFormat: "qcow2", virtualSize: guest.size };
  lab.addImage({ name: "demo-qcow2", content: image, ...format });
  const bad = altered(image, image.size - 1);
  lab.addImage({ name: "demo-tampered", content: image, rbd: bad, ...format });

  say("1. A sparse raw image of 768 MiB, straight from Ceph: only the allocated parts travel.");
  await run("fetch", "demo-raw", ...config);
  say("2. A qcow2 image.");
  await run("fetch", "demo-qcow2", ...config);
  say("3. Somebody changed one byte in Ceph: that copy is refused, and Glance's is taken.");
  await run("fetch", "demo-tampered", ...config);
  say(`The files are in ${kept}/_base. Remove them with: rm -r ${kept}`);
}

await demo(Deno.makeTempDirSync({ prefix: "glance-direct-demo-" }), signalsAsAbort());
// The listeners for signals would keep the process.
Deno.exit();
