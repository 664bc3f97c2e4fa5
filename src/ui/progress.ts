/**
 * Shows how transfers go on: one bar for all of them on a terminal, a line now and then elsewhere, or
 * JSON events.
 *
 * @module
 */
import type { Context, Log } from "@/context.ts";
import type { OnDownloadEvent, ShownEvent } from "@/transfer/events.ts";
import type { FetchResult } from "@/transfer/result.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { imageName } from "@/ui/image_name.ts";
import { Meter } from "@/ui/meter.ts";
import { type Batch, combined, progressText, renderProgress } from "@/ui/progress_bar.ts";
import type { StatusLine } from "@/ui/status_line.ts";

/** When and how progress is shown. */
export const PROGRESS_MODES = ["auto", "always", "never", "json"] as const;

/** One of {@linkcode PROGRESS_MODES}. */
export type ProgressMode = typeof PROGRESS_MODES[number];

/** Milliseconds between two pictures of the bar, two JSON events of an image, two lines of a log. */
const INTERVAL = { bar: 100, json: 250, lines: 10_000, none: Infinity } as const;
/** A log gets a line for each tenth, too. */
const LINE_SHARE = 0.1;

type Style = keyof typeof INTERVAL;

/** One transfer on display. Disposing it takes it away. */
export interface Shown extends Disposable {
  /** Told of what happens. */
  readonly onEvent: OnDownloadEvent;
  /** Says that the image is there, every check passed. */
  verified(result: Pick<FetchResult, "bytes" | "outcome" | "seconds" | "source">): void;
}

/** Shows the transfers of one command. */
export class Progress {
  readonly #outside: Pick<Context, "clock" | "log" | "terminal">;
  readonly #line: StatusLine;
  readonly #style: Style;
  readonly #meters = new Map<ImageRecord, Meter>();
  readonly #batch = { count: 0, size: 0, done: 0, doneSize: 0 };

  /** Decides once how to show: `auto` shows a bar on a terminal and lines elsewhere. */
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

  /** Tells how much there is to do, so that the bar is about all of it. */
  expect(records: readonly ImageRecord[]): void {
    this.#batch.count += records.length;
    this.#batch.size += records.reduce((sum, { size }) => sum + (size ?? 0), 0);
  }

  /** One of the expected images is done with, however it ended. */
  settle({ size }: ImageRecord): void {
    this.#batch.done++;
    this.#batch.doneSize += size ?? 0;
  }

  /** Puts the transfer of an image on display. */
  of(record: ImageRecord): Shown {
    const meter = new Meter(this.#outside.clock.monotonic(), record.size ?? 0);
    this.#meters.set(record, meter);
    return {
      onEvent: (event) => event.kind === "chunks" || this.#update(record, meter, event),
      verified: (result) => this.#verified(record, result),
      [Symbol.dispose]: () => {
        this.#meters.delete(record);
        // The others may be silent for long: their bar must not wait for them.
        if (this.#style === "bar" && this.#meters.size > 0) this.#draw();
        else this.#line.clear();
      },
    };
  }

  /** Says in one record how far it is: the answer to SIGUSR1, in every mode. */
  tell(log: Log): void {
    const [first] = this.#meters;
    if (first === undefined) return log("info", "no transfer under way");
    const state = this.#combined();
    const [record] = first;
    const isSingle = this.#meters.size === 1 && this.#batch.count < 2;
    log(
      "info",
      progressText(
        isSingle ? { ...state, label: `${imageName(record)} from ${state.label}` } : state,
      ),
    );
  }

  #combined() {
    const batch: Batch | undefined = this.#batch.count > 1 ? this.#batch : undefined;
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
    if (this.#style === "lines") {
      const { label, ...numbers } = meter.state;
      const named = { ...numbers, label: `${imageName(record)} from ${label}` };
      this.#outside.log("info", progressText(named));
    }
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

  #verified(
    record: ImageRecord,
    { bytes, outcome, seconds, source }: Parameters<Shown["verified"]>[0],
  ): void {
    if (this.#style !== "json") return;
    this.#json({ type: "verified", image: record.id, source, outcome, size: bytes.image, seconds });
  }

  #json(event: unknown): void {
    this.#outside.terminal.err(`${JSON.stringify(event)}\n`);
  }
}
