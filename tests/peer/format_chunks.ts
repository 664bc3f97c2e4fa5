/**
 * One image in many pieces: the sizes to try, and how they are fed.
 *
 * @module
 */
import type { Policy } from "@/formats/disk_format.ts";
import { FILE_POLICY } from "../unit/formats/policy.ts";
import { assert } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { FormatInspector, type Inspection } from "@/formats/inspector.ts";
import { randomOf } from "../fuzz/mutation.ts";

const LARGEST = 1 << 20;

/** Every power of two from 1 byte to 1 MiB, and its neighbours: a field may lie across any border. */
const POWERS = Array.from({ length: 21 }, (_, power) => 2 ** power)
  .flatMap((size) => [size - 1, size, size + 1])
  .filter((size) => size > 0);

/** How many other sizes are drawn for an image, small ones as often as large ones. */
const DRAWN = 8;

/** Up to this length of an image every size is tried. */
const EXHAUSTIVE = 100;

/** Sizes of pieces to feed an image in; sizes from its length on are all the same, so one of them. */
export function chunkSizes(length: number, seed: number): readonly number[] {
  if (length <= EXHAUSTIVE) return Array.from({ length }, (_, index) => index + 1);
  const random = randomOf(seed);
  const drawn = Array.from({ length: DRAWN }, () => Math.round(LARGEST ** random()));
  return [...new Set([...POWERS, ...drawn])].filter((size) => size < length);
}

/** How an image is shown to the inspector. */
export interface Feeding {
  /** Bytes of a piece; all of the image, if absent. */
  readonly chunk?: number;
  /** `[workarounds]disable_deep_image_inspection`, the other way round. */
  readonly deep?: boolean;
  /** What else it goes by. */
  readonly policy?: Partial<Policy>;
}

/**
 * What the inspector says of an image. Pieces of zeros come as holes, if their size is even; what comes
 * after the last byte that any format waits for comes in one piece.
 */
export function inspect(
  bytes: Uint8Array,
  declared: string | null,
  { chunk = bytes.length, deep = true, policy = {} }: Feeding = {},
): Inspection | ToolError {
  const told = { ...FILE_POLICY, ...policy, declared };
  const inspector = new FormatInspector({ ...told, size: null, deep });
  const dataFrom = chunk % 2 === 0 && chunk < bytes.length ? nextDataOf(bytes) : undefined;
  for (let at = 0; at < bytes.length;) {
    const end = inspector.kept === 0 ? bytes.length : Math.min(at + chunk, bytes.length);
    if (dataFrom !== undefined && (dataFrom[at] ?? end) >= end) inspector.feedZeros(end - at);
    else inspector.feed(bytes.subarray(at, end));
    if (inspector.problem !== undefined) return inspector.problem;
    at = end;
  }
  try {
    return inspector.finish();
  } catch (error) {
    assert(error instanceof ToolError);
    return error;
  }
}

const NEXT_DATA = new WeakMap<Uint8Array, Uint32Array>();

/** For every byte the place of the next one from there on that is not zero. */
function nextDataOf(bytes: Uint8Array): Uint32Array {
  const known = NEXT_DATA.get(bytes);
  if (known !== undefined) return known;
  const next = new Uint32Array(bytes.length);
  let place = bytes.length;
  for (let at = bytes.length - 1; at >= 0; at--) {
    if (bytes[at] !== 0) place = at;
    next[at] = place;
  }
  NEXT_DATA.set(bytes, next);
  return next;
}
