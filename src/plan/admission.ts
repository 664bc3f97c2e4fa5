/**
 * Decides from the record, before the first byte, which images may be fetched at all.
 *
 * @module
 */
import type { FetchRequest } from "@/plan/request.ts";
import { ToolError } from "@/errors.ts";
import { type ImageRecord, isBeingHashed } from "@/openstack/glance/image.ts";

/** What the caller accepts. */
export type Accepted = Pick<FetchRequest, "allowUnhashed" | "verify">;

/** Statuses in which the data may still arrive (glance/domain, `ImageStatus`). */
const COMING = ["queued", "saving", "uploading", "importing"];

/**
 * Refuses images that may not be used or do not exist. Glance still serves a deactivated image to
 * an admin, and its record still has its locations in Ceph: neither permits its use.
 *
 * @returns Size of the image in bytes.
 * @throws {ToolError} `image_not_active`, `temporary` (not there yet), `not_found` (deleted),
 * `hash_missing`.
 */
export function expectFetchable(record: ImageRecord, options: Accepted): number {
  expectActive(record);
  return expectComparable(record, options);
}

/**
 * Refuses records that have nothing to compare data with. The image need not be active: a base file
 * stays valid when its image is deactivated.
 *
 * @returns Size of the image in bytes.
 * @throws {ToolError} `hash_missing`; `temporary`, while Glance computes the hash.
 */
export function expectComparable(record: ImageRecord, options: Accepted): number {
  if (record.size === null) {
    throw new ToolError("hash_missing", `Cannot verify image '${record.id}': its size is unknown`, {
      hints: ["it was registered without data; upload it again through Glance"],
    });
  }
  if (record.hash === null && options.verify === "full" && !options.allowUnhashed) {
    if (isBeingHashed(record)) throw stillHashing(record);
    throw new ToolError(
      "hash_missing",
      `Cannot verify image '${record.id}': its record has neither os_hash_value nor checksum`,
      { hints: ["upload it again through Glance, or accept it unverified with --allow-unhashed"] },
    );
  }
  return record.size;
}

function stillHashing({ id }: ImageRecord): ToolError {
  return new ToolError("temporary", `Cannot verify image '${id}': Glance still computes its hash`, {
    hints: ["try again later, or raise '[glance_direct] hash_wait'"],
  });
}

function expectActive({ id, status }: ImageRecord): void {
  if (status === "active") return;
  const message = `Cannot fetch image '${id}': it is '${status}', expected 'active'`;
  if (COMING.includes(status)) {
    throw new ToolError("temporary", message, { hints: ["wait until its upload is done"] });
  }
  if (status === "deleted" || status === "pending_delete") {
    throw new ToolError("not_found", message, {
      hints: ["list the images: openstack image list"],
    });
  }
  const remedy = status === "deactivated"
    ? `an administrator can activate it: openstack image set --activate ${id}`
    : "upload it again: openstack image create";
  throw new ToolError("image_not_active", message, { hints: [remedy] });
}
