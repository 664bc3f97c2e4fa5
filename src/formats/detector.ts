/**
 * Detects the formats of an image in transit. All formats are checked at the same time, because an
 * image with two formats could be opened as the wrong one (CVE-2024-40767).
 *
 * @module
 */
import { type Compression, compressionOf, MAGIC_LENGTH } from "@/formats/compressed.ts";
import { bochs } from "@/formats/bochs.ts";
import { cloop } from "@/formats/cloop.ts";
import { cutShort, type Findings, type Format, HEAD_SIZE, type Reading } from "@/formats/format.ts";
import { gpt } from "@/formats/gpt.ts";
import { iso } from "@/formats/iso.ts";
import { luks } from "@/formats/luks.ts";
import { parallels } from "@/formats/parallels.ts";
import { qcow } from "@/formats/qcow.ts";
import { qcow2 } from "@/formats/qcow2.ts";
import { qed } from "@/formats/qed.ts";
import { vdi } from "@/formats/vdi.ts";
import { vhd } from "@/formats/vhd.ts";
import { vhdx } from "@/formats/vhdx.ts";
import { vmdk } from "@/formats/vmdk.ts";
import { Walk } from "@/formats/walk.ts";

/**
 * Every format that oslo.utils or qemu-img recognizes by content; `dmg` is recognized only by its
 * file name. The order is that of reports about the same byte.
 */
const FORMATS: readonly Format[] = [
  qcow2,
  qcow,
  qed,
  vmdk,
  vhd,
  vhdx,
  vdi,
  luks,
  parallels,
  bochs,
  cloop,
  gpt,
  iso,
];

/** A recognized format, and its findings about the image; `undefined` while it still reads. */
export type Sighting = { readonly name: string; readonly findings: Findings | undefined };

/** What is known about an image so far. */
export interface View {
  /** Recognized formats, in the order of the deciding bytes. */
  readonly sightings: readonly Sighting[];
  /** Formats that are still possible. */
  readonly possible: ReadonlySet<string>;
  /** How the file is compressed, if it is. */
  readonly compression?: Compression | undefined;
}

/** Runs all formats over one stream. */
export class Detector implements View {
  readonly #onNews: () => void;
  readonly #sightings = new Map<string, Findings | undefined>();
  readonly #possible = new Set(FORMATS.map(({ name }) => name));
  readonly #magic = new Uint8Array(MAGIC_LENGTH);
  #walks: readonly Walk[];
  #position = 0;
  /** The next byte at which a format continues: steps end there, whatever the size of chunks. */
  #due = 0;
  /** Before this byte no format keeps data: small chunks have almost no cost. */
  #idleUntil = 0;
  #news = false;

  /**
   * Creates a detector for a new image.
   *
   * @param size Length of the image if known; it only makes some verdicts earlier.
   * @param onNews Called after every byte that changed the result.
   */
  constructor(size: number | null, onNews: () => void = () => {}) {
    this.#onNews = onNews;
    this.#walks = FORMATS.map((format) => new Walk(this.#examine(format), size));
    this.#settle();
  }

  /** Formats recognized so far. */
  get sightings(): readonly Sighting[] {
    return Array.from(this.#sightings, ([name, findings]) => ({ name, findings }));
  }

  /** Formats not excluded yet. */
  get possible(): ReadonlySet<string> {
    return this.#possible;
  }

  /** How the file is compressed, by its first bytes. */
  get compression(): Compression | undefined {
    return compressionOf(this.#magic);
  }

  /** Bytes of the image seen so far. */
  get position(): number {
    return this.#position;
  }

  /** Bytes of the image currently in memory. */
  get kept(): number {
    return this.#walks.reduce((sum, walk) => sum + walk.kept, 0);
  }

  /** The next byte that matters: all bytes before it may be fed as zeros. */
  get next(): number {
    return this.#walks.reduce((next, walk) => Math.min(next, walk.next), Infinity);
  }

  /** Processes the next bytes of the image. */
  feed(bytes: Uint8Array): void {
    const missing = Math.max(0, MAGIC_LENGTH - this.#position);
    if (missing > 0) this.#magic.set(bytes.subarray(0, missing), this.#position);
    let rest = bytes;
    while (rest.length > 0 && this.#position + rest.length > this.#idleUntil) {
      const step = rest.subarray(0, this.#due - this.#position);
      this.#advance(step.length, (walk) => walk.feed(step, this.#position));
      rest = rest.subarray(step.length);
    }
    this.#position += rest.length;
  }

  /** Processes `length` zero bytes in constant time. */
  feedZeros(length: number): void {
    let rest = length;
    while (rest > 0 && this.#position + rest > this.#idleUntil) {
      const step = Math.min(rest, this.#due - this.#position);
      this.#advance(step, (walk) => walk.feedZeros(step, this.#position));
      rest -= step;
    }
    this.#position += rest;
  }

  /** Ends the image here. */
  finish(): void {
    for (const walk of this.#walks) walk.finish(this.#position);
    this.#settle();
    this.#tell();
  }

  /** Stops the detection: the findings so far are sufficient. */
  stop(): void {
    this.#walks = [];
    this.#settle();
  }

  #advance(length: number, feed: (walk: Walk) => void): void {
    for (const walk of this.#walks) feed(walk);
    this.#position += length;
    if (this.#position < this.#due) return;
    this.#settle();
    this.#tell();
  }

  /** Updates the result after some formats have continued. */
  #settle(): void {
    this.#walks = this.#walks.filter((walk) => !walk.done);
    this.#due = Math.min(...this.#walks.map((walk) => walk.due));
    this.#idleUntil = Math.min(...this.#walks.map((walk) => walk.idleUntil));
  }

  #tell(): void {
    if (!this.#news) return;
    this.#news = false;
    this.#onNews();
  }

  *#examine(format: Format): Reading<void> {
    const start = yield { offset: 0, length: HEAD_SIZE };
    const bytes = new Uint8Array(HEAD_SIZE);
    bytes.set(start);
    const looked = format.recognise({ bytes, length: start.length });
    const inspect = isReading(looked) ? yield* looked : looked;
    this.#possible.delete(format.name);
    this.#news = true;
    if (inspect === undefined) return;
    this.#sightings.set(format.name, undefined);
    const looking = inspect();
    const found = isReading(looking) ? yield* looking : looking;
    const faults = found.references.length + found.problems.length;
    const cut = start.length < HEAD_SIZE && faults === 0;
    this.#sightings.set(format.name, cut ? cutShort("header") : found);
    this.#news = true;
  }
}

function isReading<T extends object>(value: T | Reading<T>): value is Reading<T>;
function isReading<T extends object>(
  value: T | undefined | Reading<T | undefined>,
): value is Reading<T | undefined>;
function isReading(value: object | undefined): boolean {
  return value !== undefined && Symbol.iterator in value;
}
