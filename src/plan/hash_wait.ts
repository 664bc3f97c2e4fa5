/**
 * Waits for a hash that Glance is still computing: an image whose location was added is active before
 * its hash is known (glance, `do_secure_hash`).
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/** Milliseconds between two looks at the record. */
const INTERVAL = 2000;

/** What waiting takes. */
export interface HashWaitParts {
  /** Time, and where to say that we wait. */
  readonly context: Pick<Context, "clock" | "log">;
  /** Holds the bound, `[glance_direct]hash_wait`. */
  readonly config: Pick<Config, "get">;
  /** The Image API. */
  readonly client: Pick<GlanceClient, "show">;
}

/**
 * The record, with its hash if that came in time; the caller judges a record without one.
 *
 * @throws {ToolError} As `GlanceClient.show`.
 */
export async function withHash(
  { client, config, context: { clock, log } }: HashWaitParts,
  record: ImageRecord,
  signal: AbortSignal,
): Promise<ImageRecord> {
  const deadline = clock.monotonic() + config.get("glance_direct.hash_wait");
  let current = record;
  while (isComing(current) && clock.monotonic() < deadline) {
    log("info", `waiting for Glance to compute the hash of image '${record.id}'`);
    await clock.sleep(INTERVAL, signal);
    current = await client.show(record.id, signal);
  }
  return current;
}

function isComing({ hash, hashPending, status }: ImageRecord): boolean {
  return status === "active" && hashPending && hash === null;
}
