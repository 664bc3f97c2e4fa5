/**
 * Waits for a hash that Glance is still computing: an image whose location was added becomes active
 * before its hash is known (glance, `do_secure_hash`).
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { type ImageRecord, isBeingHashed } from "@/openstack/glance/image.ts";

/** Milliseconds between two reads of the record. */
const INTERVAL = 2000;

/** Milliseconds after the last change of a record in which it may not yet announce a hash. */
const FRESH = 5000;

/** What the wait needs; the time limit is `[glance_direct]hash_wait`. */
export type HashWaitParts = {
  readonly context: Pick<Context, "clock" | "log">;
  readonly config: Pick<Config, "get">;
  readonly client: Pick<GlanceClient, "show">;
};

/**
 * The record, with its hash if it appeared in time; the caller decides about a record without one.
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

/** For a moment, an image is active and its record does not yet announce a hash. */
function isFresh({ properties }: ImageRecord, now: number): boolean {
  return Math.abs(now - Date.parse(properties.updated_at ?? "")) < FRESH;
}
