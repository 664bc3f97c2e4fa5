/**
 * Wrong data that a source can have instead of an image.
 *
 * @module
 */
import { altered, dense, type ImageContent, pieces, read, resized } from "@lab/embedded/content.ts";

/** Bytes that are moved at once; the image has to be a multiple. */
const CHUNK = 64 << 10;

/** Name of the damage that HTTP cannot carry: a body ends where its header says. */
export const LONGER = "followed by more";

/** Makes something else of an image, somewhere, by name of the damage. */
export const DAMAGES: Readonly<Record<string, (sound: ImageContent) => ImageContent>> = {
  "one bit flipped": flipped,
  "one byte inverted": (sound) => altered(sound, below(sound.size)),
  "cut off": (sound) => resized(sound, below(sound.size)),
  [LONGER]: (sound) => resized(sound, sound.size + 1 + below(CHUNK)),
  "a chunk twice": (sound) =>
    changed(sound, (chunks) => chunks.with(1 + butLast(chunks), chunks[0]!)),
  "a chunk moved": (sound) => changed(sound, (chunks) => moved(chunks, butLast(chunks))),
  "a chunk of zeros": (sound) =>
    changed(sound, (chunks) => chunks.with(below(chunks.length), new Uint8Array(CHUNK))),
};

type Chunks = readonly Uint8Array<ArrayBuffer>[];

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** Any chunk but the last. */
function butLast(chunks: Chunks): number {
  return below(chunks.length - 1);
}

/** The chunks with one of them at the end. */
function moved(chunks: Chunks, index: number): Chunks {
  return [...chunks.toSpliced(index, 1), chunks[index]!];
}

function changed(sound: ImageContent, change: (chunks: Chunks) => Chunks): ImageContent {
  const bytes = new Uint8Array(sound.size);
  const chunks = change([...pieces(sound, 0, sound.size, CHUNK)]);
  for (const [index, chunk] of chunks.entries()) bytes.set(chunk, index * CHUNK);
  return dense(bytes);
}

function flipped(sound: ImageContent): ImageContent {
  const bytes = read(sound, 0, sound.size);
  const place = below(sound.size);
  bytes[place] = bytes[place]! ^ (1 << below(8));
  return dense(bytes);
}
