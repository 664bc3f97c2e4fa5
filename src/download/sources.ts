/**
 * The handlers of this host, put together from its configuration.
 *
 * @module
 */
import { clusterFor } from "@/config/ceph_clusters.ts";
import type { Config } from "@/config/config.ts";
import { allowedPools, directPath } from "@/config/direct_path.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/glance/client.ts";
import { fileHandler } from "@/handlers/file.ts";
import { glanceHandler } from "@/handlers/glance.ts";
import type { SchemeHandler, SourceKind } from "@/handlers/handler.ts";
import { rbdHandler } from "@/handlers/rbd.ts";
import { RBD_PROGRAM } from "@/handlers/rbd_program.ts";
import { disabledHandler, Registry } from "@/handlers/registry.ts";

/** What the handlers are made of. */
export interface SourceParts {
  /** The outside world. */
  readonly context: Pick<Context, "clock" | "files" | "processes">;
  /** nova's configuration. */
  readonly config: Config;
  /** The Image API. */
  readonly client: GlanceClient;
  /** Kind asked for on the command line: it counts as enabled. */
  readonly only?: SourceKind | undefined;
  /** Stores to prefer over HTTP. @default {[]} */
  readonly prefer?: readonly string[];
  /** `rbd` elsewhere than the built-in path; for tests. */
  readonly rbdProgram?: string | undefined;
}

/** One handler for each scheme that the program knows; those turned off say how to turn them on. */
export function sourceRegistry(parts: SourceParts): Registry {
  return new Registry([rbd(parts), file(parts), glance(parts)]);
}

function rbd({ context, config, only, rbdProgram = RBD_PROGRAM }: SourceParts): SchemeHandler {
  if (only !== "rbd" && !directPath(config).enabled) {
    return disabledHandler(
      ["rbd"],
      "Not reading from Ceph: the direct path is off",
      "set [glance]enable_rbd_download = true, or [glance_direct]schemes = rbd",
    );
  }
  return rbdHandler(context.processes, {
    program: rbdProgram,
    clusterFor: (fsid) => clusterFor(fsid, config, context.files),
    pools: allowedPools(config),
    allowForeignNames: config.get("glance_direct.allow_foreign_names"),
    transfer: config.get("glance_direct.rbd_transfer"),
    concurrentOps: config.get("glance_direct.rbd_concurrent_ops"),
    connectTimeout: config.get("glance.rbd_connect_timeout"),
    requestTimeout: Math.ceil(config.get("glance_direct.stall_timeout") / 1000),
  });
}

function file({ context, config }: SourceParts): SchemeHandler {
  return fileHandler(context.files, { roots: config.get("glance_direct.file_roots") });
}

function glance({ context, config, client, prefer = [] }: SourceParts): SchemeHandler {
  const timeoutMs = config.get("glance_direct.connect_timeout");
  return glanceHandler({ client, clock: context.clock, timeoutMs, prefer });
}
