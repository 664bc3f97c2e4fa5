/**
 * Image records for tests.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ImageRecord } from "@/openstack/glance/image.ts";

/** An id like any other. */
export const IMAGE_ID = "aaaaaaaa-0000-4000-8000-00000000000a";

/** The record of an active raw image with this content. */
export function imageOf(content: string, changes: Partial<ImageRecord> = {}): ImageRecord {
  const bytes = new TextEncoder().encode(content);
  return {
    id: IMAGE_ID,
    name: "test",
    status: "active",
    size: bytes.length,
    virtualSize: null,
    diskFormat: "raw",
    hash: {
      algorithm: "sha512",
      value: createHash("sha512").update(bytes).digest("hex"),
      origin: "os_hash_value",
    },
    hashPending: false,
    locations: [],
    stores: [],
    properties: {},
    ...changes,
  };
}
