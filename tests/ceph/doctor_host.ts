/**
 * `doctor` on a compute host of the lab that is made for one run.
 *
 * @module
 */
import type { CheckReport } from "@/doctor/examine.ts";
import { type NovaOptions, writeNovaConf } from "@lab/ceph/nova_conf.ts";
import { start } from "./tool.ts";

/** What a run said. */
export interface Diagnosis {
  /** Exit status. */
  readonly status: number;
  /** The checks that ran; after a usage error, its object. */
  readonly reports: readonly CheckReport[];
}

/** How a host differs from one that works. */
export interface Illness {
  /** In its `nova.conf`. */
  readonly options?: NovaOptions;
  /** Breaks something of its files; given its directory. */
  readonly prepare?: (directory: string) => Promise<void>;
  /** Words before the program, which change the machine for it. */
  readonly wrapper?: readonly string[];
}

/** Runs checks on a host of its own. */
export async function doctor(
  checks: readonly string[],
  { options = {}, prepare, wrapper = [] }: Illness = {},
): Promise<Diagnosis> {
  const directory = await Deno.makeTempDir({ prefix: "glance-direct-doctor-" });
  try {
    const { conf, cache } = await writeNovaConf(directory, { auth: "none", ...options });
    await Deno.mkdir(cache);
    await prepare?.(directory);
    const words = ["doctor", ...checks, "--config-file", conf, "-f", "json"];
    const { status, stdout, stderr } = await start(words, { wrapper }).ended;
    return { status, reports: JSON.parse(stdout || stderr) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
