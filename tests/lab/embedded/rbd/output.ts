/**
 * Writes a stream to standard output: in order, with back-pressure, up to the place where a fault
 * ends it, and with the real program's progress on standard error.
 *
 * @module
 */
import { placeOf } from "../fault.ts";
import type { RbdFault } from "../fault.ts";
import { osdDown } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { errno, RbdFailure, wait } from "./failure.ts";
import type { ExportStream, Part } from "./stream.ts";

/** Parameters of the output. */
export interface Transfer {
  /** The image's data. */
  readonly data: Deno.FsFile;
  /** Destination of the stream. */
  readonly to: { writeSync(bytes: Uint8Array): number };
  /** The connection that a hanging OSD belongs to. */
  readonly connection: Connection;
  /** The fault. */
  readonly fault: RbdFault | undefined;
  /** Whether to write the percentage to standard error. */
  readonly progress: boolean;
}

const CHUNK = 1 << 20;

/** Writes all of it. @throws {RbdFailure} As the real program fails. */
export function writeStream(stream: ExportStream, transfer: Transfer): void {
  const { head, records, tail } = stream;
  const out = new LimitedOutput(stream, transfer);
  for (const part of head) writePart(out, part, transfer);
  for (const [index, { parts }] of records.entries()) {
    for (const part of parts) writePart(out, part, transfer);
    if (transfer.progress) report(index + 1, records.length);
  }
  for (const part of tail) writePart(out, part, transfer);
  if (transfer.progress) say("\rExporting image: 100% complete...done.\n");
}

/** The destination, which ends at the place of the fault. */
class LimitedOutput {
  readonly #stream: ExportStream;
  readonly #transfer: Transfer;
  readonly #limit: number;
  #written = 0;

  constructor(stream: ExportStream, transfer: Transfer) {
    this.#stream = stream;
    this.#transfer = transfer;
    this.#limit = limitOf(stream, transfer.fault);
    this.#endAtLimit();
  }

  write(bytes: Uint8Array): void {
    const allowed = bytes.subarray(0, Math.min(bytes.length, this.#limit - this.#written));
    for (let done = 0; done < allowed.length;) done += this.#attempt(allowed.subarray(done));
    this.#written += allowed.length;
    this.#endAtLimit();
  }

  #endAtLimit(): void {
    if (this.#written === this.#limit) endEarly(this.#stream, this.#limit, this.#transfer);
  }

  #attempt(bytes: Uint8Array): number {
    try {
      return this.#transfer.to.writeSync(bytes);
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      throw new RbdFailure(
        32,
        `rbd: error writing to destination image at offset ${this.#written}`,
        `rbd: ${this.#stream.name} error: ${errno(32)}`,
      );
    }
  }
}

function writePart(out: LimitedOutput, part: Part, { data, fault }: Transfer): void {
  const step = fault?.kind === "trickle" ? fault.piece : CHUNK;
  const length = part.length;
  for (let at = 0; at < length; at += step) {
    const count = Math.min(step, length - at);
    out.write(
      part instanceof Uint8Array
        ? part.subarray(at, at + count)
        : readAt(data, part.offset + at, count),
    );
    if (fault?.kind === "trickle") wait(1);
  }
}

function readAt(file: Deno.FsFile, offset: number, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let done = 0; done < length;) {
    const count = file.readSync(buffer.subarray(done));
    if (count === null) throw new Error("The data file is shorter than its header says");
    done += count;
  }
  return buffer;
}

/** Bytes after which a fault ends the stream; without one, more than there are. */
function limitOf({ head, records, tail }: ExportStream, fault: RbdFault | undefined): number {
  if (fault?.kind !== "cut" && fault?.kind !== "hang" && fault?.kind !== "truncate") {
    return Infinity;
  }
  const parts = [...head, ...records.flatMap((record) => record.parts), ...tail];
  return placeOf(fault.after, parts.reduce((sum, { length }) => sum + length, 0));
}

/** The effect of the fault at the limit. */
function endEarly({ name }: ExportStream, limit: number, { connection, fault }: Transfer): never {
  if (fault?.kind === "truncate") throw new RbdFailure(0);
  if (fault?.kind === "cut") Deno.kill(Deno.pid, "SIGKILL");
  return osdDown(
    connection,
    `rbd: error reading from source image at offset ${limit}: ${errno(110)}`,
    `rbd: ${name} error: ${errno(110)}`,
  );
}

function report(done: number, total: number): void {
  if (done < total) say(`\rExporting image: ${Math.floor(done * 100 / total)}% complete...`);
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
