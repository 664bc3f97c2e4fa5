/**
 * `deno task demo`: the real program with the embedded lab, on a machine without Ceph, OpenStack or
 * anything else but Deno.
 *
 * @module
 */
import { runCli } from "@/cli.ts";
import type { Context } from "@/context.ts";
import { systemContext } from "@/system/context.ts";
import { systemEnvironment } from "@/system/environment.ts";
import { signalsAsAbort } from "@/system/signals.ts";
import { altered, sparse } from "./content.ts";
import { type Lab, startLab } from "./lab.ts";
import { qcow2 } from "./qcow2.ts";

const MIB = 1 << 20;

/** The caller's variables that concern a terminal; the demo must not use their cloud. */
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
    // Keeps the permissions: the next run needs them.
    relinquish: () => {},
  };
}

/** A step: a description, and the image. */
const STEPS = [
  ["1. A sparse raw image, straight from Ceph: only its allocated parts travel.", "demo-raw"],
  ["2. A qcow2 image, kept as it is: its nova.conf has force_raw_images = false.", "demo-qcow2"],
  [
    "3. Somebody changed one byte in Ceph: that copy is refused, and Glance's is taken.",
    "demo-tampered",
  ],
] as const;

function addImages(lab: Lab): void {
  const raw = sparse(512 * MIB, { 0: 64 * MIB, [384 * MIB]: 32 * MIB });
  lab.addImage({ name: "demo-raw", content: raw });
  const disk = sparse(256 * MIB, { 0: 4 * MIB, [200 * MIB]: 4 * MIB });
  const content = qcow2(disk);
  const record = { content, diskFormat: "qcow2", virtualSize: disk.size };
  lab.addImage({ name: "demo-qcow2", ...record });
  lab.addImage({ name: "demo-tampered", ...record, rbd: altered(content, content.size - 1) });
}

/** Runs the steps up to the first failure. @returns Its exit status. */
async function demo(kept: string, signal: AbortSignal): Promise<number> {
  // A conversion to raw needs qemu-img, which a fresh machine does not have.
  const nova = { "DEFAULT.force_raw_images": "false" };
  await using lab = startLab({ instances: kept, nova });
  addImages(lab);
  const context = demoContext();
  const say = (text: string) => context.terminal.out(`\n${text}\n`);
  for (const [text, image] of STEPS) {
    const argv = ["fetch", image, "--config-file", lab.novaConf];
    say(text);
    say(`$ glance-direct ${argv.join(" ")}`);
    const status = await runCli(argv, context, signal, lab.ceph.program);
    if (status !== 0) return status;
  }
  say(`The files are in ${kept}/_base. Remove them with: rm -r ${kept}`);
  return 0;
}

/** In `/tmp` where TMPDIR is another session's, e.g. after `su`: not there, or not writable. */
function keptDirectory(): string {
  const make = () => Deno.makeTempDirSync({ prefix: "glance-direct-demo-" });
  try {
    return make();
  } catch {
    Deno.env.delete("TMPDIR");
    return make();
  }
}

const kept = keptDirectory();
// The signal listeners would keep the process alive.
Deno.exit(await demo(kept, signalsAsAbort(systemEnvironment)));
