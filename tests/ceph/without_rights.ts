/**
 * The response to a user without capabilities on the OSDs: an error up to Ceph 16, silence since
 * Ceph 18, which only a time limit ends.
 *
 * @module
 */
import { cephVersion } from "@lab/ceph/ceph_cluster.ts";
import type { ErrorCode } from "@/errors.ts";

interface Refusal {
  /** What the program calls it. */
  readonly code: ErrorCode;
  /** Its exit status where nothing else is left to try. */
  readonly status: number;
  /** The exit status of rbd and its words. */
  readonly words: RegExp;
  /** What the hint says to look at. */
  readonly hint: RegExp;
}

const TOLD: Refusal = {
  code: "permission_denied",
  status: 77,
  words: /exited with 1: .*Operation not permitted/,
  hint: /ceph auth caps client\.\w+/,
};

const SILENT: Refusal = {
  code: "timeout",
  status: 75,
  words: /exited with 110: .*Connection timed out/,
  hint: /ceph auth get client\.\w+/,
};

/** The one of this machine's Ceph. */
export const WITHOUT_RIGHTS: Refusal = await cephVersion() < 18 ? TOLD : SILENT;
