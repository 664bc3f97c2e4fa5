/**
 * The interface of a format: it recognizes itself in the first bytes of an image and then reads on,
 * forwards only. A format is pure: it yields requests for bytes, and does not know their source or
 * how they were split.
 *
 * @module
 */

/** A range of bytes that a format needs, from the start of the image. */
export interface Range {
  /** First byte; never before the end of the previous request. */
  readonly offset: number;
  /** Number of bytes; at most 1 MiB. */
  readonly length: number;
}

/** This many last bytes of the image, known only at its end. */
export type Tail = { readonly tail: number };

/** A pass through the image: yields requests and receives the bytes; fewer at the image's end. */
export type Reading<T> = Generator<Range | Tail, T, Uint8Array>;

/** Length of the {@linkcode Head}: as much as qemu-img probes (`BLOCK_PROBE_BUF_SIZE`). */
export const HEAD_SIZE = 512;

/** The first bytes of the image. */
export interface Head {
  /** {@linkcode HEAD_SIZE} bytes, padded with zeros as in qemu's block layer. */
  readonly bytes: Uint8Array;
  /** Number of bytes that are from the image. */
  readonly length: number;
}

/** The findings about an image of this format. */
export interface Findings {
  /** Virtual size in bytes; the offset of the disk, if it is the rest of the file; or unknown. */
  readonly disk: bigint | { readonly from: number } | null;
  /**
   * References to other files, e.g. `has a backing file`. Rejected even if the deep inspection is
   * off, as in nova after `qemu-img info`.
   */
  readonly references: readonly string[];
  /** Other unsafe properties, as predicates: `is of version 9, supported are 2 and 3`. */
  readonly problems: readonly string[];
  /** Why `qemu-img convert` cannot read it, e.g. `is encrypted (LUKS)`; otherwise a remark. */
  readonly obstacles: readonly string[];
  /** Remarks that are not reasons to reject it, e.g. `is marked corrupt`. */
  readonly notes: readonly string[];
  /** Kind of VMDK from the header, as in qemu; `null` for other formats. */
  readonly subformat: string | null;
}

/** Reads on in a recognized image. */
export type Inspect = () => Findings | Reading<Findings>;

/** One format of disk images. */
export interface Format {
  /** Its name: Glance's `disk_format`, or qemu's name if Glance has none. */
  readonly name: string;
  /** Returns how to read on in an image of this format; `undefined` if it has another. */
  recognise(head: Head): Inspect | undefined | Reading<Inspect | undefined>;
}

const NOTHING = { obstacles: [], notes: [], subformat: null };

/**
 * Findings with empty defaults. A disk beyond 8 PiB is rejected: it would exhaust programs that
 * allocate by virtual size (CVE-2013-2096, CVE-2013-4463).
 */
export function findings(found: Pick<Findings, "disk"> & Partial<Findings>): Findings {
  const { disk } = found;
  const complete = { references: [], problems: [], ...NOTHING, ...found };
  if (typeof disk !== "bigint" || disk <= BigInt(Number.MAX_SAFE_INTEGER)) return complete;
  const problems = [...complete.problems, `claims a disk of ${disk} bytes`];
  return { ...complete, disk: null, problems };
}

/** The findings about a raw image, which no format recognizes: it is the disk. */
export const RAW: Findings = findings({ disk: { from: 0 } });

/**
 * Maximum bytes of the block table, which qemu reads into memory when it opens an image. Nova runs
 * `qemu-img info` before it converts, with an address space of 1 GiB (`QEMU_IMG_LIMITS`); half of
 * that is twice what a VDI of 64 TiB needs.
 */
const LARGEST_TABLE = 1 << 29;

/**
 * A row for {@linkcode holding}: a table of this many bytes would exhaust the memory of the host.
 */
export function claimsTable(bytes: number): readonly [boolean, string] {
  return [bytes > LARGEST_TABLE, `claims a table of ${bytes} bytes, at most ${LARGEST_TABLE}`];
}

/** Findings about an image that ends before its own structures. */
export function cutShort(where: string): Findings {
  return findings({ disk: null, problems: [`ends inside its ${where}`] });
}

/** The sentences of a table whose condition is true. */
export function holding(table: readonly (readonly [boolean, string])[]): readonly string[] {
  return table.filter(([holds]) => holds).map(([, sentence]) => sentence);
}
