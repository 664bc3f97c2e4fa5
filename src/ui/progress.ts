/**
 * Shows the progress of transfers: one bar for all of them on a terminal, occasional lines
 * elsewhere, or JSON events.
 *
 * @module
 */
import type { Context, Log } from "@/context.ts";
import type { OnDownloadEvent, ShownEvent } from "@/transfer/events.ts";
import type { FetchResult } from "@/transfer/result.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { imageName } from "@/ui/image_name.ts";
import { Meter } from "@/ui/meter.ts";
import { combined, type ProgressState, progressText, renderProgress } from "@/ui/progress_bar.ts";
import type { StatusLine } from "@/ui/status_line.ts";

/** When and how progress is shown. */
export const PROGRESS_MODES = ["auto", "always", "never", "json"] as const;

/** One of {@linkcode PROGRESS_MODES}. */
export type ProgressMode = typeof PROGRESS_MODES[number];

/** Milliseconds between two updates of the bar, two JSON events of an image, two lines of a log. */
const INTERVAL = { bar: 100, json: 250, lines: 10_000, none: Infinity } as const;
/** A log also gets a line for each tenth. */
const LINE_SHARE = 0.1;

type Style = keyof typeof INTERVAL;

/** One transfer on display. Disposing it removes it. */
export interface Shown extends Disposable {
  /** Receives events. */
  readonly onEvent: OnDownloadEvent;
  /** Reports that the image is complete and verified. */
  verified(result: Pick<FetchResult, "bytes" | "outcome" | "seconds" | "source">): void;
}

/** Shows the transfers of one command. */
export class Progress {
  readonly #outside: Pick<Context, "clock" | "log" | "terminal">;
  readonly #line: StatusLine;
  readonly #style: Style;
  readonly #meters = new Map<ImageRecord, Meter>();
  readonly #batch = { count: 0, size: 0, done: 0, doneSize: 0 };

  /** Selects the display once: `auto` shows a bar on a terminal and lines elsewhere. */
  constructor(
    outside: Pick<Context, "clock" | "log" | "terminal">,
    line: StatusLine,
    mode: ProgressMode,
  ) {
    this.#outside = outside;
    this.#line = line;
    const { isRich, isTerminal } = outside.terminal;
    const styles = {
      auto: isRich ? "bar" : "lines",
      always: isTerminal ? "bar" : "lines",
      never: "none",
      json: "json",
    } as const;
    this.#style = styles[mode];
  }

  /** Sets the total, so that the bar covers all images. */
  expect(records: readonly ImageRecord[]): void {
    this.#batch.count += records.length;
    this.#batch.size += records.reduce((sum, { size }) => sum + (size ?? 0), 0);
  }

  /** One of the expected images is finished, with any result. */
  settle({ size }: ImageRecord): void {
    this.#batch.done++;
    this.#batch.doneSize += size ?? 0;
  }

  /** Adds the transfer of an image to the display. */
  of(record: ImageRecord): Shown {
    const meter = new Meter(this.#outside.clock.monotonic(), record.size ?? 0);
    this.#meters.set(record, meter);
    return {
      onEvent: (event) => event.kind === "chunks" || this.#update(record, meter, event),
      verified: ({ bytes: { image: size }, outcome, seconds, source }) => {
        if (this.#style !== "json") return;
        this.#json({ type: "verified", image: record.id, source, outcome, size, seconds });
      },
      [Symbol.dispose]: () => {
        this.#meters.delete(record);
        // Other transfers may send no events for long: the bar must not wait for them.
        if (this.#style === "bar" && this.#meters.size > 0) this.#draw();
        else this.#line.clear();
      },
    };
  }

  /** Reports the progress in one record: the answer to SIGUSR1, in every mode. */
  tell(log: Log): void {
    const [first] = this.#meters;
    if (first === undefined) return log("info", "no transfer in progress");
    const isSingle = this.#meters.size === 1 && this.#batch.count < 2;
    log("info", progressText(isSingle ? named(...first) : this.#combined()));
  }

  #combined(): ProgressState {
    const batch = this.#batch.count > 1 ? this.#batch : undefined;
    return combined([...this.#meters.values()].map(({ state }) => state), batch);
  }

  #update(record: ImageRecord, meter: Meter, event: ShownEvent): void {
    const now = this.#outside.clock.monotonic();
    meter.update(event, now);
    const share = this.#style === "lines" ? LINE_SHARE : undefined;
    const isDue = meter.isDue(now, INTERVAL[this.#style], share);
    if (this.#style === "json" && (isDue || event.kind === "attempt")) this.#event(record, event);
    if (!isDue) return;
    if (this.#style === "bar") this.#draw();
    if (this.#style === "lines") this.#outside.log("info", progressText(named(record, meter)));
  }

  #draw(): void {
    this.#line.draw(renderProgress(this.#combined(), this.#outside.terminal.columns()));
  }

  #event(record: ImageRecord, event: ShownEvent): void {
    const { label, position, rate, size } = this.#meters.get(record)!.state;
    const common = { image: record.id, source: label };
    this.#json(
      event.kind === "attempt"
        ? { type: "attempt", ...common, location: event.location }
        : { type: "progress", ...common, position, size, transferred: event.transferred, rate },
    );
  }

  #json(event: unknown): void {
    this.#outside.terminal.err(`${JSON.stringify(event)}\n`);
  }
}

function named(record: ImageRecord, { state }: Meter): ProgressState {
  return { ...state, label: `${imageName(record)} from ${state.label}` };
}
