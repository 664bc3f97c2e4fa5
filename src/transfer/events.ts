/**
 * What a transfer tells while it runs; `src/ui/` turns it into a bar, lines or JSON.
 *
 * @module
 */
import type { Clock } from "@/context.ts";

/** Something that happened. Sizes in bytes. */
export type DownloadEvent =
  | { readonly kind: "attempt"; readonly source: string; readonly location: string }
  | { readonly kind: "progress"; readonly position: number; readonly transferred: number }
  /** The image is verified, and these are the digests of its chunks, one behind the other. */
  | { readonly kind: "chunks"; readonly digests: Uint8Array<ArrayBuffer> };

/** What is shown of it. */
export type ShownEvent = Exclude<DownloadEvent, { readonly kind: "chunks" }>;

/** Receives events; must not throw. */
export type OnDownloadEvent = (event: DownloadEvent) => void;

/** Milliseconds between two progress events: nobody looks more often than a bar is drawn. */
const INTERVAL = 100;

/**
 * Passes on what happens, progress only now and then: each event wakes the thread that shows it, and a
 * fast transfer has a thousand a second.
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
