/**
 * The handlers of this host, put together from its configuration.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import { allowedPools, directPath } from "@/config/direct_path.ts";
import type { Context } from "@/context.ts";
import { fileHandler } from "@/sources/file.ts";
import { glanceHandler, type GlanceOptions } from "@/sources/glance.ts";
import type { SchemeHandler, SourceKind } from "@/sources/source.ts";
import { rbdHandler, type RbdOptions } from "@/sources/rbd/source.ts";
import { RBD_PROGRAM } from "@/sources/rbd/program.ts";
import { disabledHandler, Registry } from "@/sources/registry.ts";

/** How sources are read: plain values, so that another thread can read them the same way. */
export interface SourceSettings {
  /** Of `rbd`; `null` when the direct path is off. */
  readonly rbd: Omit<RbdOptions, "clusterFor"> | null;
  /** Directories whose files may be read. */
  readonly fileRoots: readonly string[];
  /** Of Glance's API. */
  readonly glance: Pick<GlanceOptions, "prefer" | "timeoutMs">;
}

/** What the configuration does not say. */
export interface SourceChoices {
  /** Kind asked for on the command line: it counts as enabled. */
  readonly only?: SourceKind | undefined;
  /** Stores to prefer over HTTP. @default {[]} */
  readonly prefer?: readonly string[];
  /** `rbd` elsewhere than the built-in path; for the demo and for tests. */
  readonly rbdProgram?: string | undefined;
}

/** The settings of this host. */
export function sourceSettings(config: Config, choices: SourceChoices = {}): SourceSettings {
  const { only, prefer = [], rbdProgram = RBD_PROGRAM } = choices;
  const isDirect = only === "rbd" || directPath(config).enabled;
  return {
    rbd: isDirect ? rbdSettings(config, rbdProgram) : null,
    fileRoots: config.get("glance_direct.file_roots"),
    glance: { timeoutMs: config.get("glance_direct.connect_timeout"), prefer },
  };
}

function rbdSettings(config: Config, program: string): SourceSettings["rbd"] {
  return {
    program,
    pools: allowedPools(config),
    allowForeignNames: config.get("glance_direct.allow_foreign_names"),
    transfer: config.get("glance_direct.rbd_transfer"),
    concurrentOps: config.get("glance_direct.rbd_concurrent_ops"),
    connectTimeout: config.get("glance.rbd_connect_timeout"),
    requestTimeout: Math.ceil(config.get("glance_direct.stall_timeout") / 1000),
  };
}

/** What the handlers are made of. */
export interface SourceParts extends Pick<RbdOptions, "clusterFor"> {
  /** The outside world. */
  readonly context: Pick<Context, "clock" | "files" | "processes">;
  /** How sources are read. */
  readonly settings: SourceSettings;
  /** The Image API; without one, nothing is read from it. */
  readonly client: GlanceOptions["client"] | undefined;
}

/** One handler for each scheme that the program knows; those turned off say how to turn them on. */
export function sourceRegistry(parts: SourceParts): Registry {
  const { client, context: { clock, files }, settings } = parts;
  return new Registry([
    rbd(parts),
    fileHandler(files, { roots: settings.fileRoots }),
    ...client === undefined ? [] : [glanceHandler({ ...settings.glance, client, clock })],
  ]);
}

function rbd({ context, clusterFor, settings }: SourceParts): SchemeHandler {
  if (settings.rbd !== null) return rbdHandler(context.processes, { ...settings.rbd, clusterFor });
  return disabledHandler(
    ["rbd"],
    "Not reading from Ceph: the direct path is off",
    "set [glance]enable_rbd_download = true, or [glance_direct]schemes = rbd",
  );
}
