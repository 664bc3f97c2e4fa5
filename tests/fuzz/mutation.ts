/**
 * Unusual inputs: valid samples, cut, spliced, repeated without end, mixed with words of a grammar
 * and with bytes that no grammar expects. The same seed gives the same inputs.
 *
 * @module
 */

/** A source of numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Characters and bytes that parsers trip over. */
const ODD = [
  "\0",
  "\n",
  "\r",
  "\r\n",
  "\t",
  " ",
  "\x7f",
  "\x85",
  "\xa0",
  "\xff",
  "\ufeff",
  "\u2028",
]
  .concat([
    "\ud800",
    "İ",
    "٣",
    "\u202e",
    "💾",
    "'",
    '"',
    "\\",
    "/",
    "..",
    "%",
    "%2F",
    "%00",
    "$",
    "${",
  ])
  .concat(["-1", "0", "00", "1e999", "0x7f", "9007199254740993", "18446744073709551616", "NaN"])
  .concat(["__proto__", "constructor", "toString", "null", "true", "[]", "{}", "<<: *a", "&a "]);

/** Longest run of one repeated piece: what is quadratic takes a second at this length. */
const LONGEST = 50_000;

/** Makes strange inputs of one kind. */
export class Mutator {
  readonly #random: () => number;
  readonly #words: readonly string[];

  /** @param words What the grammar knows. */
  constructor(seed: number, words: readonly string[]) {
    this.#random = randomOf(seed);
    this.#words = words;
  }

  /** One of a list. */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }

  /** A number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** A text made from one of the samples by up to six changes. */
  text(samples: readonly string[]): string {
    let text = this.pick(samples);
    for (let left = this.below(7); left > 0; left--) text = this.#changed(text, samples);
    return text;
  }

  /** Bytes made from one of the samples. */
  bytes(samples: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    // One character a byte; TextDecoder's latin1 is another code page (windows-1252).
    const texts = samples.map((sample) =>
      Array.from(sample, (byte) => String.fromCharCode(byte)).join("")
    );
    const text = this.text(texts);
    return Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  }

  #changed(text: string, samples: readonly string[]): string {
    const at = this.below(text.length + 1);
    const end = Math.min(text.length, at + this.below(20));
    const [head, middle, tail] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
    switch (this.below(8)) {
      case 0: // cut off
        return head;
      case 1: // a piece taken out
        return head + tail;
      case 2: // a piece of another sample
        return head + this.pick(samples).slice(this.below(40)) + tail;
      case 3: // a word of the grammar
        return head + this.pick(this.#words) + tail;
      case 4: // something odd
        return head + this.pick(ODD) + tail;
      case 5: // a character changed
        return head + String.fromCharCode(this.below(this.below(9) === 0 ? 0x10000 : 256)) +
          text.slice(at + 1);
      case 6: // a piece twice
        return head + middle + middle + tail;
      default:
        return head + this.#run(middle) + tail;
    }
  }

  /** A piece repeated: mostly a few times, now and then very often. */
  #run(piece: string): string {
    const unit = piece || this.pick([...this.#words, ...ODD]);
    const length = this.below(50) === 0 ? LONGEST : 100;
    return unit.repeat(Math.max(1, Math.floor(length / unit.length)));
  }
}
