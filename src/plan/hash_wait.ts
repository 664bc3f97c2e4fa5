/**
 * Waits for a hash that Glance is still computing: an image whose location was added is active before
 * its hash is known (glance, `do_secure_hash`).
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { type ImageRecord, isBeingHashed } from "@/openstack/glance/image.ts";

/** Milliseconds between two looks at the record. */
const INTERVAL = 2000;

/** Milliseconds since the last change of a record in which its hash may not have been announced. */
const FRESH = 5000;

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
  while (isComing(current, clock.now()) && clock.monotonic() < deadline) {
    log("info", `waiting for Glance to compute the hash of image '${record.id}'`);
    await clock.sleep(INTERVAL, signal);
    current = await client.show(record.id, signal);
  }
  return current;
}

function isComing(record: ImageRecord, now: number): boolean {
  const { hash, hashPending, status } = record;
  return status === "active" && hash === null &&
    (hashPending || isBeingHashed(record) || isFresh(record, now));
}

/** For an instant, an image is active and nothing tells yet that its hash will come. */
function isFresh({ properties }: ImageRecord, now: number): boolean {
  return Math.abs(now - Date.parse(properties.updated_at ?? "")) < FRESH;
}
