/**
 * Results and attempts for the tests of their readers.
 *
 * @module
 */
import type { Attempt, FetchResult } from "@/transfer/result.ts";

/** An attempt; one that went well over rbd, where nothing else is said. */
export function attemptOf(change: Partial<Attempt> = {}): Attempt {
  return {
    source: "rbd",
    location: `${change.source ?? "rbd"}://place`,
    outcome: "ok",
    code: null,
    message: null,
    bytes: 1000,
    seconds: 1,
    ...change,
  };
}

/** A result; fetched from Ceph in two seconds, where nothing else is said. */
export function resultOf(change: Partial<FetchResult> = {}): FetchResult {
  return {
    image: { id: "3f1c0a52", name: "ubuntu", size: 1000, disk_format: "raw" },
    path: "/cache/base",
    outcome: "fetched",
    source: "rbd",
    attempts: [attemptOf()],
    bytes: { image: 1000, transferred: 1000, allocated: 1000, file: 1000 },
    verified: {
      size: true,
      hash: { algorithm: "sha512", value: "00", origin: "os_hash_value" },
      signature: null,
      format: null,
    },
    seconds: 2,
    ...change,
  };
}
