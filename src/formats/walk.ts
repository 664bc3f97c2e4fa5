/**
 * Runs one {@linkcode Reading} against a stream: it keeps only the bytes that the reading waits
 * for.
 *
 * @module
 */
import type { Range, Reading, Tail } from "@/formats/format.ts";

/** One reading in progress. */
export class Walk {
  readonly #reading: Reading<void>;
  readonly #size: number | null;
  #wanted: Range | Tail | undefined;
  #kept = new Uint8Array();
  #read = 0;

  /** Starts a reading before the first byte. @param size Length of the image, if known. */
  constructor(reading: Reading<void>, size: number | null) {
    this.#reading = reading;
    this.#size = size;
    this.#take(reading.next());
  }

  /** Whether the reading has ended. */
  get done(): boolean {
    return this.#wanted === undefined;
  }

  /** Bytes currently in memory. */
  get kept(): number {
    return this.#kept.length;
  }

  /** Position from which it needs bytes. */
  get next(): number {
    const wanted = this.#wanted;
    if (wanted === undefined) return Infinity;
    if ("offset" in wanted) return wanted.offset;
    return this.#size === null ? 0 : this.#size - wanted.tail;
  }

  /** Position before which the content of bytes does not matter. */
  get idleUntil(): number {
    const wanted = this.#wanted;
    if (wanted === undefined) return Infinity;
    return "offset" in wanted ? wanted.offset : 0;
  }

  /** Position at which it continues; if infinite, only at the end of the image. */
  get due(): number {
    const wanted = this.#wanted;
    return wanted !== undefined && "offset" in wanted ? wanted.offset + wanted.length : Infinity;
  }

  /** Processes the bytes from `position` on; they must not go beyond {@linkcode due}. */
  feed(bytes: Uint8Array, position: number): void {
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    if ("tail" in wanted) return this.#shift(bytes, bytes.length);
    const skipped = Math.max(0, wanted.offset - position);
    if (skipped >= bytes.length) return;
    this.#kept.set(bytes.subarray(skipped), position + skipped - wanted.offset);
    if (position + bytes.length === this.due) this.#resume(this.#kept);
  }

  /** Processes `length` zero bytes from `position` on; they must not go beyond {@linkcode due}. */
  feedZeros(length: number, position: number): void {
    // A new buffer is all zeros: a hole in a range needs no writing.
    if (this.#wanted !== undefined && "tail" in this.#wanted) this.#shift(undefined, length);
    else if (position + length === this.due) this.#resume(this.#kept);
  }

  /** Ends the image at `length`: pending requests get the bytes that exist. */
  finish(length: number): void {
    while (this.#wanted !== undefined) {
      const wanted = this.#wanted;
      if ("tail" in wanted) this.#resume(this.#kept.subarray(Math.max(0, wanted.tail - length)));
      else this.#resume(this.#kept.subarray(0, Math.max(0, length - wanted.offset)));
    }
  }

  /** Moves the kept tail forward by `length` bytes: the last of `bytes`, or zeros. */
  #shift(bytes: Uint8Array | undefined, length: number): void {
    const kept = this.#kept;
    const added = Math.min(length, kept.length);
    kept.copyWithin(0, added);
    if (bytes === undefined) kept.fill(0, kept.length - added);
    else kept.set(bytes.subarray(length - added), kept.length - added);
  }

  #resume(bytes: Uint8Array): void {
    this.#take(this.#reading.next(bytes));
  }

  #take({ done, value }: IteratorResult<Range | Tail, void>): void {
    const wanted = done === true ? undefined : value;
    this.#wanted = wanted;
    this.#kept = new Uint8Array();
    if (wanted === undefined) return;
    if ("tail" in wanted) this.#kept = new Uint8Array(wanted.tail);
    else this.#waitFor(wanted);
  }

  #waitFor({ offset, length }: Range): void {
    if (offset < this.#read) throw new Error(`A reading went back from ${this.#read} to ${offset}`);
    this.#read = offset + length;
    // No data can follow; finishing here saves the transfer of everything before.
    if (length === 0 || offset >= (this.#size ?? Infinity)) this.#resume(this.#kept);
    else this.#kept = new Uint8Array(length);
  }
}
