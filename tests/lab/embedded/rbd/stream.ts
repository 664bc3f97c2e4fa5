/**
 * The output of `rbd export` and `rbd export-diff`, as parts that are not read yet: a part is bytes
 * of its own or a range of the image. Format: Ceph, doc/dev/rbd-diff.rst, "v1".
 *
 * @module
 */
import type { RbdFault } from "../fault.ts";
import type { StoredImage } from "./pools.ts";

/** Bytes to write. */
export type Part = Uint8Array<ArrayBuffer> | { readonly offset: number; readonly length: number };

/** A whole stream; each record belongs to one RADOS object. */
export interface ExportStream {
  /** The name of the real program in errors. */
  readonly name: "export" | "export-diff";
  /** Before the first object. */
  readonly head: readonly Part[];
  /** The objects, ascending. */
  readonly records: readonly { readonly object: number; readonly parts: readonly Part[] }[];
  /** After the last object. */
  readonly tail: readonly Part[];
}

/** Every byte of the image, including zeros, one period after the other. */
export function plainStream({ size, objectSize }: StoredImage): ExportStream {
  const records = Array.from({ length: Math.ceil(size / objectSize) }, (_, object) => {
    const offset = object * objectSize;
    return { object, parts: [{ offset, length: Math.min(objectSize, size - offset) }] };
  });
  return { name: "export", head: [], records, tail: [] };
}

/**
 * The objects that exist: `w` with their bytes, or `z` if all of them are zero.
 *
 * @param isWhole Also what an object that ends early lacks (`--whole-object`).
 */
export function diffStream(image: StoredImage, snap: string, isWhole: boolean): ExportStream {
  const text = new TextEncoder();
  const name = text.encode(snap);
  const head = [
    text.encode("rbd diff v1\n"),
    ...snap === "" ? [] : [text.encode("t"), le32(name.length), name],
    text.encode("s"),
    le64(image.size),
  ];
  const records = image.objects.map(({ index, length: stored, zero }) => {
    const offset = index * image.objectSize;
    const length = isWhole ? Math.min(image.objectSize, image.size - offset) : stored;
    const header = [text.encode(zero ? "z" : "w"), le64(offset), le64(length)];
    return { object: index, parts: zero ? header : [...header, { offset, length }] };
  });
  return { name: "export-diff", head, records, tail: [text.encode("e")] };
}

/** The stream with a fault, if the fault changes its content. */
export function spoilt(stream: ExportStream, fault: RbdFault | undefined): ExportStream {
  const { records, tail } = stream;
  switch (fault?.kind) {
    case "append":
      return { ...stream, tail: [...tail, new TextEncoder().encode(fault.text)] };
    case "repeat":
      return {
        ...stream,
        records: records.flatMap((record) =>
          record.object === fault.object ? [record, record] : [record]
        ),
      };
    case "swap":
      return { ...stream, records: swapped(records, fault.first, fault.second) };
    case "unreadable": {
      // Measured: `export` skips the object and continues, `export-diff` ends there, without an
      // `e`.
      const kept = stream.name === "export"
        ? records.filter(({ object }) => object !== fault.object)
        : records.filter(({ object }) => object < fault.object);
      return { ...stream, records: kept, tail: [] };
    }
    default:
      return stream;
  }
}

function swapped<T extends { readonly object: number }>(
  records: readonly T[],
  first: number,
  second: number,
): readonly T[] {
  const [a, b] = [first, second].map((object) =>
    records.find((record) => record.object === object)
  );
  if (a === undefined || b === undefined) throw new Error("Cannot swap objects that do not exist");
  return records.map((record) => record === a ? b : record === b ? a : record);
}

function le32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function le64(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}
