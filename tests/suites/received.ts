/**
 * Reads what a source sends and compares every segment with the expected bytes, without keeping
 * any: images of many GiB cost nothing here.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { assert } from "@std/assert";
import { type ImageContent, read } from "@lab/embedded/content.ts";
import type { OpenOptions, Source } from "@/sources/source.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { exactSize } from "@/bytes/exact_size.ts";
import { through } from "@/bytes/stage.ts";
import { lengthOf, type Segment, SEGMENT_SIZE } from "@/bytes/segment.ts";

/** What came. */
export interface Received {
  /** Bytes of the image. */
  readonly length: number;
  /** Bytes of it that came as holes. */
  readonly holes: number;
  /** Bytes that travelled, as the source counts them. */
  readonly transferred: number;
  /** Buffers that were ever made. */
  readonly buffers: number;
}

/** What {@linkcode receive} may be told. */
export interface ReceiveOptions {
  /** First byte asked for. @default {0} */
  readonly offset?: number;
  /** Size by the image's record. @default {the content's} */
  readonly size?: number;
  /** Whether other bytes may come before the error that the caller expects. @default {false} */
  readonly anyBytes?: boolean;
  /** Ends the transfer. */
  readonly signal?: AbortSignal;
  /** Told of the bytes that came so far. */
  readonly onTransferred?: (total: number) => void;
}

/**
 * Opens a source and takes everything, as the download does: through {@linkcode exactSize}, giving the
 * buffers back.
 *
 * @throws {AssertionError} If a segment is malformed or differs from `content`.
 */
export async function receive(
  source: Source,
  content: ImageContent,
  options: ReceiveOptions = {},
): Promise<Received> {
  const buffers = new BufferPool();
  const { offset = 0, size = content.size } = options;
  let transferred = 0;
  const onTransferred = (bytes: number) => {
    transferred += bytes;
    options.onTransferred?.(transferred);
  };
  await using transfer = await source.open(
    openOptions({ ...options, size, buffers, onTransferred }),
  );
  let position = offset;
  let holes = 0;
  const rest = size - offset;
  for await (
    const segment of transfer.segments.pipeThrough(through(exactSize(rest, source.label)))
  ) {
    checkShape(segment, position);
    if (!options.anyBytes) checkBytes(segment, content, position);
    position += lengthOf(segment);
    if (segment.kind === "data") buffers.give(segment.bytes.buffer);
    else holes += segment.length;
  }
  return { length: position - offset, holes, transferred, buffers: buffers.allocated };
}

/** Options for {@linkcode Source.open} with something for each. */
export function openOptions(
  options: Partial<OpenOptions> & Pick<OpenOptions, "size">,
): OpenOptions {
  return {
    signal: options.signal ?? new AbortController().signal,
    offset: options.offset ?? 0,
    size: options.size,
    buffers: options.buffers ?? new BufferPool(),
    onTransferred: options.onTransferred ?? (() => {}),
  };
}

function checkShape(segment: Segment, position: number): void {
  const length = lengthOf(segment);
  assert(length > 0, `an empty segment at ${position}`);
  if (segment.kind === "data") assert(length <= SEGMENT_SIZE, `${length} bytes in one segment`);
}

function checkBytes(segment: Segment, content: ImageContent, position: number): void {
  const end = Math.min(content.size, position + lengthOf(segment));
  const found = segment.kind === "hole"
    ? !hasData(content, position, end)
    : equal(segment.bytes.subarray(0, end - position), read(content, position, end - position));
  assert(found, `${segment.kind} that is not the image's within ${position}..${end}`);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** Whether a byte from `start` to `end` is not zero; a hole of many GiB is not read for that. */
function hasData({ extents }: ImageContent, start: number, end: number): boolean {
  return extents.some(({ offset, bytes }) =>
    offset < end && offset + bytes.length > start &&
    bytes.subarray(Math.max(0, start - offset), end - offset).some((byte) => byte !== 0)
  );
}
