/**
 * Shows how transfers go on: a bar on a terminal, a line now and then elsewhere, or JSON events.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import type { DownloadEvent, OnDownloadEvent } from "@/download/events.ts";
import type { ImageRecord } from "@/glance/image.ts";
import { formatBytes } from "@/ui/format.ts";
import { type ProgressState, renderProgress } from "@/ui/progress_bar.ts";

/** When and how progress is shown. */
export const PROGRESS_MODES = ["auto", "always", "never", "json"] as const;

/** One of {@linkcode PROGRESS_MODES}. */
export type ProgressMode = typeof PROGRESS_MODES[number];

/** Milliseconds between two pictures of the bar, and between two lines of a log. */
const FRAME = 100;
const LINE_INTERVAL = 10_000;
/** A log gets a line for each tenth, too. */
const LINE_SHARE = 0.1;

type Style = "bar" | "lines" | "json" | "none";

/** Shows the transfers of one command. */
export class Progress {
  readonly #outside: Pick<Context, "clock" | "log" | "terminal">;
  readonly #style: Style;
  #isDrawn = false;

  /** Decides once how to show: `auto` shows a bar on a terminal and lines elsewhere. */
  constructor(outside: Pick<Context, "clock" | "log" | "terminal">, mode: ProgressMode) {
    this.#outside = outside;
    const { isTerminal, isRich } = outside.terminal;
    const usual = isRich ? "bar" : "lines";
    const styles = {
      auto: usual,
      always: isTerminal ? "bar" : "lines",
      never: "none",
      json: "json",
    } as const;
    this.#style = styles[mode];
  }

  /** A listener for the transfer of one image. */
  of(record: ImageRecord): OnDownloadEvent {
    const meter = new Meter(this.#outside.clock.monotonic(), record.size ?? 0);
    return (event) => {
      const now = this.#outside.clock.monotonic();
      const state = meter.update(event, now);
      if (this.#style === "json") return this.#event(record, event, state);
      if (
        !meter.isDue(now, this.#style === "bar" ? FRAME : LINE_INTERVAL, this.#style === "lines")
      ) {
        return;
      }
      if (this.#style === "bar") this.#draw(state);
      if (this.#style === "lines") this.#outside.log("info", lineOf(record, state));
    };
  }

  /** Takes the bar away, so that what follows begins on a clean line. */
  clear(): void {
    if (this.#isDrawn) this.#outside.terminal.err("\r\x1b[K");
    this.#isDrawn = false;
  }

  #draw(state: ProgressState): void {
    const { terminal } = this.#outside;
    terminal.err(`\r${renderProgress(state, terminal.columns())}\x1b[K`);
    this.#isDrawn = true;
  }

  #event(
    record: ImageRecord,
    event: DownloadEvent,
    { position, size, rate, label }: ProgressState,
  ) {
    const common = { image: record.id, source: label };
    const object = event.kind === "attempt"
      ? { type: "attempt", ...common, location: event.location }
      : { type: "progress", ...common, position, size, transferred: event.transferred, rate };
    this.#outside.terminal.err(`${JSON.stringify(object)}\n`);
  }
}

function lineOf(record: ImageRecord, { label, position, size, rate }: ProgressState): string {
  const percent = size === 0 ? 100 : Math.floor(position / size * 100);
  return `${record.id} from ${label}: ${percent}%, ${formatBytes(position)} of ${
    formatBytes(size)
  }, ${formatBytes(rate)}/s`;
}

/** Keeps the numbers of one transfer. */
class Meter {
  readonly #size: number;
  #label = "";
  #position = 0;
  #started: number;
  #shownAt: number;
  #shownShare = 0;

  constructor(now: number, size: number) {
    this.#started = now;
    this.#shownAt = now;
    this.#size = size;
  }

  update(event: DownloadEvent, now: number): ProgressState {
    if (event.kind === "attempt") {
      this.#label = event.source;
      this.#position = 0;
      this.#started = now;
      this.#shownShare = 0;
    } else {
      this.#position = event.position;
    }
    const seconds = (now - this.#started) / 1000;
    const rate = seconds < 0.2 ? 0 : Math.round(this.#position / seconds);
    return { label: this.#label, position: this.#position, size: this.#size, rate };
  }

  isDue(now: number, interval: number, byShare: boolean): boolean {
    const share = this.#size === 0 ? 1 : this.#position / this.#size;
    const isStep = byShare && share - this.#shownShare >= LINE_SHARE && now - this.#shownAt >= 1000;
    if (now - this.#shownAt < interval && !isStep) return false;
    this.#shownAt = now;
    this.#shownShare = share;
    return true;
  }
}
