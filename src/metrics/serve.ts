/**
 * The side of the metrics that writes: a thread with permission for two directories and nothing else.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { messageOf } from "@/errors.ts";
import { type MetricsPlace, type MetricsUpdate, updateMetrics } from "@/metrics/file.ts";
import type { Port } from "@/thread.ts";

/** What the thread is asked to do. Plain values. */
export interface MetricsRequest {
  /** Where. */
  readonly place: MetricsPlace;
  /** What. */
  readonly update: MetricsUpdate;
}

/** What it answers: first that it is ready, then for each request how it went. */
export type MetricsReply =
  | { readonly kind: "ready" }
  | { readonly kind: "written" }
  | { readonly kind: "failed"; readonly message: string };

/** Serves requests; who asks waits for each answer before the next one. */
export function serveMetrics(port: Port<MetricsRequest, MetricsReply>, files: Files): void {
  port.onmessage = async ({ data: { place, update } }) => {
    try {
      // The bound is that of who waits: it ends this thread.
      await updateMetrics(files, place, update, new AbortController().signal);
      port.postMessage({ kind: "written" });
    } catch (error) {
      port.postMessage({ kind: "failed", message: messageOf(error) });
    }
  };
  port.postMessage({ kind: "ready" });
}
