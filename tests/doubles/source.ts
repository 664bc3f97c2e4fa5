/**
 * A source that does what a test says.
 *
 * @module
 */
import { lengthOf, type Segment } from "@/bytes/segment.ts";
import { type OpenOptions, segmentTransfer, type Source, type Transfer } from "@/sources/source.ts";

/** What one opening does: segments in order, then an end, an error, or silence. */
export interface Script {
  readonly segments?: readonly Segment[];
  readonly error?: unknown;
  readonly hangs?: boolean;
}

/** A source with one script for each opening; the last one repeats. */
export class ScriptedSource implements Source {
  readonly kind: string;
  readonly label: string;
  resumable = false;
  /** Offsets asked for, in order. */
  readonly offsets: number[] = [];
  /** How many transfers are not let go yet. */
  opened = 0;
  readonly #scripts: readonly Script[];

  constructor(kind: string, ...scripts: readonly Script[]) {
    this.kind = kind;
    this.label = `${kind}://test`;
    this.#scripts = scripts;
  }

  open(options: OpenOptions): Promise<Transfer> {
    const script = this.#scripts[Math.min(this.offsets.length, this.#scripts.length - 1)]!;
    this.offsets.push(options.offset);
    this.opened++;
    const transfer = segmentTransfer(play(script, options), () => {
      this.opened--;
      return Promise.resolve();
    });
    return Promise.resolve(transfer);
  }
}

async function* play(script: Script, options: OpenOptions): AsyncGenerator<Segment> {
  for (const segment of script.segments ?? []) {
    options.onTransferred(lengthOf(segment));
    // Receivers own what they get: each opening hands out its own copy.
    yield segment.kind === "data" ? { kind: "data", bytes: segment.bytes.slice() } : segment;
  }
  if (script.hangs) await untilAborted(options.signal);
  if (script.error !== undefined) throw script.error;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
