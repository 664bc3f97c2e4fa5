/**
 * The writing side of the metrics: a thread with permission for two directories only.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { messageOf } from "@/errors.ts";
import { type MetricsPlace, type MetricsUpdate, updateMetrics } from "@/metrics/file.ts";
import type { Port } from "@/thread.ts";

/** Requests to the thread. Plain values. */
export interface MetricsRequest {
  /** Where. */
  readonly place: MetricsPlace;
  /** What. */
  readonly update: MetricsUpdate;
}

/** Its replies: first that it is ready, then the result of each request. */
export type MetricsReply =
  | { readonly kind: "ready" }
  | { readonly kind: "written" }
  | { readonly kind: "failed"; readonly message: string };

/** Serves requests; the sender waits for each reply before the next request. */
export function serveMetrics(port: Port<MetricsRequest, MetricsReply>, files: Files): void {
  port.onmessage = async ({ data: { place, update } }) => {
    try {
      // The sender has the time limit and ends this thread.
      await updateMetrics(files, place, update, new AbortController().signal);
      port.postMessage({ kind: "written" });
    } catch (error) {
      port.postMessage({ kind: "failed", message: messageOf(error) });
    }
  };
  port.postMessage({ kind: "ready" });
}
