/**
 * The messages between the main thread and the thread of a transfer. Plain values only.
 *
 * @module
 */
import type { LogFields, LogLevel } from "@/context.ts";
import type { DownloadEvent } from "@/transfer/events.ts";
import type { FetchResult } from "@/transfer/result.ts";
import type { AuthHeaders } from "@/openstack/keystone/session.ts";
import type { PlainError } from "@/transfer/plain_error.ts";
import type { Plan } from "@/plan/plan.ts";
import type { Port } from "@/thread.ts";

/** Messages to the transfer. */
export type TransferRequest =
  | { readonly kind: "start"; readonly plan: Plan }
  /** Answers `refused`: another proof, or `null` if there is none. */
  | { readonly kind: "proof"; readonly headers: AuthHeaders | null }
  | { readonly kind: "no_proof"; readonly error: PlainError }
  | { readonly kind: "abort"; readonly reason: PlainError };

/** Messages from the transfer. The last one is `done` or `failed`. */
export type TransferReply =
  /** Its code is loaded; the main thread can now revoke the permission to load it. */
  | { readonly kind: "ready" }
  | { readonly kind: "event"; readonly event: DownloadEvent }
  | {
    readonly kind: "log";
    readonly level: LogLevel;
    readonly message: string;
    readonly fields: LogFields | undefined;
  }
  /** Glance refused this proof. */
  | { readonly kind: "refused"; readonly headers: AuthHeaders }
  | { readonly kind: "done"; readonly result: FetchResult }
  | { readonly kind: "failed"; readonly error: PlainError };

/** The transfer's end of the channel. */
export type TransferPort = Port<TransferRequest, TransferReply>;
