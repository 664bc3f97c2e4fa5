/**
 * Short ways to make and to read segments.
 *
 * @module
 */
import type { Segment } from "@/bytes/segment.ts";

/** A data segment in a buffer of its own. */
export function data(content: string | Uint8Array): Segment {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { kind: "data", bytes: new Uint8Array(bytes) };
}

/** A hole. */
export function hole(length: number): Segment {
  return { kind: "hole", length };
}

/** A stream of segments. */
export function streamOf(...segments: Segment[]): ReadableStream<Segment> {
  return ReadableStream.from(segments);
}

/** All bytes that segments stand for. */
export async function bytesOf(segments: AsyncIterable<Segment>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const segment of segments) {
    parts.push(segment.kind === "data" ? segment.bytes : new Uint8Array(segment.length));
  }
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Random bytes, the same for the same seed (mulberry32). */
export function randomBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    bytes[index] = (mixed ^ (mixed >>> 14)) & 0xff;
  }
  return bytes;
}
