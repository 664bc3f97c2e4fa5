/**
 * Events of a running transfer; `src/ui/` turns them into a bar, lines or JSON.
 *
 * @module
 */
import type { Clock } from "@/context.ts";

/** An event. Sizes in bytes. */
export type DownloadEvent =
  | { readonly kind: "attempt"; readonly source: string; readonly location: string }
  | { readonly kind: "progress"; readonly position: number; readonly transferred: number }
  /** The image is verified; these are the digests of its chunks, concatenated. */
  | { readonly kind: "chunks"; readonly digests: Uint8Array<ArrayBuffer> };

/** The events that are shown. */
export type ShownEvent = Exclude<DownloadEvent, { readonly kind: "chunks" }>;

/** Receives events; must not throw. */
export type OnDownloadEvent = (event: DownloadEvent) => void;

/** Milliseconds between two progress events, the refresh interval of the bar. */
const INTERVAL = 100;

/**
 * Forwards events, and limits progress events: each one wakes the thread that shows it, and a fast
 * transfer has a thousand per second.
 */
export function sparing(
  clock: Pick<Clock, "monotonic">,
  onEvent: OnDownloadEvent,
): OnDownloadEvent {
  let next = -Infinity;
  return (event) => {
    if (event.kind === "progress") {
      const now = clock.monotonic();
      if (now < next) return;
      next = now + INTERVAL;
    }
    onEvent(event);
  };
}
