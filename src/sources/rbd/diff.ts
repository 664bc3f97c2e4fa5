/**
 * The stream of `rbd export-diff` without a from-snapshot, which has only allocated data (Ceph,
 * doc/dev/rbd-diff.rst, "RBD Incremental Backup", version 1).
 *
 * @module
 */
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import type { ByteReader } from "@/bytes/byte_reader.ts";
import { ToolError } from "@/errors.ts";
import type { Segment } from "@/bytes/segment.ts";
import { fields } from "@/formats/fields.ts";

const HEADER = "rbd diff v1\n";
const decoder = new TextDecoder();

/** The stream does not follow its format; a plain export may still be correct. */
export class UnexpectedStream extends ToolError {
  /** States what was found; the source uses `rbd export` for its next try. */
  constructor(found: string) {
    super("temporary", `Cannot read the export-diff stream: ${found}`, {
      hints: ["set [glance_direct]rbd_transfer = plain"],
      retryAfter: 0,
    });
  }
}

/**
 * Turns records into segments in ascending order, holes included, up to the size in the stream.
 *
 * @throws {ToolError} {@linkcode UnexpectedStream}, if the stream breaks the format or has no end
 * record. A truncated stream has none, so nothing of it may be used.
 */
export async function* readRbdDiff(reader: ByteReader, pool: BufferPool): AsyncGenerator<Segment> {
  await expectHeader(reader);
  const seen = new Set<string>();
  let position = 0;
  let size: number | undefined;
  for (;;) {
    const tag = decoder.decode(await need(reader, 1, "a record"));
    switch (tag) {
      case "f":
      case "t":
        once(seen, tag);
        await need(reader, u32(await need(reader, 4, "a name's length")), "a snapshot name");
        break;
      case "s":
        once(seen, tag);
        size = u64(await need(reader, 8, "the size"), 0);
        break;
      case "w":
      case "z": {
        const extent = await need(reader, 16, "an extent");
        const offset = u64(extent, 0);
        const length = u64(extent, 8);
        if (offset < position) {
          throw new UnexpectedStream(`extent at ${offset} comes after ${position}`);
        }
        if (length === 0) throw new UnexpectedStream(`extent at ${offset} is empty`);
        yield* hole(offset - position + (tag === "z" ? length : 0));
        if (tag === "w") yield* data(reader, pool, length);
        position = offset + length;
        break;
      }
      case "e":
        if (size === undefined) throw new UnexpectedStream("it has no size record");
        yield* hole(size - position);
        return await expectEnd(reader);
      default:
        throw new UnexpectedStream(`record '${tag}' is unknown`);
    }
  }
}

/** Each record brings the stream closer to its end; with repeated ones it would have none. */
function once(seen: Set<string>, tag: string): void {
  if (seen.has(tag)) throw new UnexpectedStream(`record '${tag}' comes twice`);
  seen.add(tag);
}

async function expectHeader(reader: ByteReader): Promise<void> {
  const found = decoder.decode(await need(reader, HEADER.length, "the header"));
  if (found !== HEADER) throw new UnexpectedStream(`it begins with ${JSON.stringify(found)}`);
}

async function expectEnd(reader: ByteReader): Promise<void> {
  if (await reader.header(1) !== undefined) {
    throw new UnexpectedStream("bytes follow the end record");
  }
}

async function* data(
  reader: ByteReader,
  pool: BufferPool,
  length: number,
): AsyncGenerator<Segment> {
  for (let left = length; left > 0;) {
    const bytes = await reader.segment(pool, left);
    if (bytes.length === 0) throw new UnexpectedStream(`${left} bytes of an extent are missing`);
    left -= bytes.length;
    yield { kind: "data", bytes };
  }
}

function* hole(length: number): Generator<Segment> {
  if (length > 0) yield { kind: "hole", length };
}

async function need(reader: ByteReader, length: number, what: string): Promise<Uint8Array> {
  // Names are short; a wrong length must not allocate memory.
  const bytes = length > 4096 ? undefined : await reader.header(length);
  if (bytes === undefined) throw new UnexpectedStream(`it ends where ${what} should be`);
  return bytes;
}

function u32(bytes: Uint8Array): number {
  return fields(bytes).getUint32(0, true);
}

function u64(bytes: Uint8Array, at: number): number {
  const value = fields(bytes).getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new UnexpectedStream(`${value} is not an offset or length`);
  }
  return Number(value);
}
