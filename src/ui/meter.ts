/**
 * The numbers of a running transfer.
 *
 * @module
 */
import type { ShownEvent } from "@/transfer/events.ts";
import type { ProgressState } from "@/ui/progress_bar.ts";

/** A rate over fewer seconds is only a guess. */
const SHORTEST = 0.2;

/** The remaining time is estimated after this many seconds of data, or after this share of it. */
const STEADY_SECONDS = 2;
const STEADY_SHARE = 0.05;

/** Measures one transfer. Times in milliseconds that never go back. */
export class Meter {
  /** Time and size of the first data: before it, the transfer only connects. */
  #first: { readonly at: number; readonly position: number } | undefined;
  #state: ProgressState;
  #shownAt: number;
  #shownShare = 0;

  /** Starts now, with an image of `size` bytes. */
  constructor(now: number, size: number) {
    this.#shownAt = now;
    this.#state = { label: "", position: 0, size, rate: 0, isSteady: false };
  }

  /** What is known. */
  get state(): ProgressState {
    return this.#state;
  }

  /** Processes an event; another attempt starts at the first byte. */
  update(event: ShownEvent, now: number): void {
    if (event.kind === "attempt") {
      this.#first = undefined;
      this.#shownShare = 0;
      this.#state = { ...this.#state, label: event.source, ...this.#measured(0, now) };
    } else {
      this.#state = { ...this.#state, ...this.#measured(event.position, now) };
    }
  }

  #measured(position: number, now: number): Pick<ProgressState, "isSteady" | "position" | "rate"> {
    if (position > 0) this.#first ??= { at: now, position };
    const { at, position: start } = this.#first ?? { at: now, position };
    const seconds = (now - at) / 1000;
    const rate = seconds < SHORTEST ? 0 : Math.round((position - start) / seconds);
    const isSteady = seconds >= STEADY_SECONDS || position >= this.#state.size * STEADY_SHARE;
    return { position, rate, isSteady };
  }

  /**
   * Whether to show the numbers again; if so, the next interval starts now.
   *
   * @param interval Milliseconds between two updates.
   * @param share Also update after this share of the image, but not more than once a second.
   */
  isDue(now: number, interval: number, share = Infinity): boolean {
    const { position, size } = this.#state;
    const done = size === 0 ? 1 : position / size;
    const passed = now - this.#shownAt;
    const isStep = done - this.#shownShare >= share && passed >= 1000;
    if (passed < interval && !isStep) return false;
    this.#shownAt = now;
    this.#shownShare = done;
    return true;
  }
}
