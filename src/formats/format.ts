/**
 * What a format is to the inspector: something that recognises itself in the first bytes of an image
 * and then reads on, always forwards, never back. A format is pure: it asks for bytes by yielding and
 * neither knows where they come from nor in which pieces they came.
 *
 * @module
 */

/** Bytes of the image that a format wants to see, in bytes from its start. */
export interface Range {
  /** First byte; never before the end of what the same reading asked for earlier. */
  readonly offset: number;
  /** How many; at most 1 MiB. */
  readonly length: number;
}

/** The last bytes of the image, which only its end can tell. */
export interface Tail {
  /** How many. */
  readonly tail: number;
}

/**
 * A walk through the image: it yields what it wants to see and receives those bytes; fewer, down to
 * none, where the image ends.
 */
export type Reading<T> = Generator<Range | Tail, T, Uint8Array>;

/** Length of the {@linkcode Head}: what qemu-img probes (`BLOCK_PROBE_BUF_SIZE`). */
export const HEAD_SIZE = 512;

/** The first bytes of the image. */
export interface Head {
  /** {@linkcode HEAD_SIZE} bytes, filled up with zeros as qemu's block layer does. */
  readonly bytes: Uint8Array;
  /** How many of them the image really has. */
  readonly length: number;
}

/** What a format says about an image that is of this format. */
export interface Findings {
  /** Size of the disk inside, in bytes; or where it starts, if it is the rest of the file; or unknown. */
  readonly disk: bigint | { readonly from: number } | null;
  /**
   * What the image takes from other files, e.g. `has a backing file`. Refused even where the deep
   * inspection is off, as nova does after `qemu-img info`.
   */
  readonly references: readonly string[];
  /** What else makes it unsafe, as predicates: `is of version 9, supported are 2 and 3`. */
  readonly problems: readonly string[];
  /** What keeps `qemu-img convert` from reading it, e.g. `is encrypted (LUKS)`; else worth knowing. */
  readonly obstacles: readonly string[];
  /** What is worth knowing and no reason to refuse it, e.g. `is marked corrupt`. */
  readonly notes: readonly string[];
  /** Kind of VMDK, as qemu takes it from the header; `null` for other formats. */
  readonly subformat: string | null;
}

/** Goes on with an image that was recognised. */
export type Inspect = () => Findings | Reading<Findings>;

/** One format of disk images. */
export interface Format {
  /** Its name: Glance's `disk_format`, or qemu's name where Glance has none. */
  readonly name: string;
  /** Says how to go on with an image of this format; `undefined` if it is of another. */
  recognise(head: Head): Inspect | undefined | Reading<Inspect | undefined>;
}

const NOTHING = { obstacles: [], notes: [], subformat: null };

/**
 * Findings with the fields that most formats leave empty. A disk beyond 8 PiB is refused: it is a bomb
 * for whoever allocates by the virtual size (CVE-2013-2096, CVE-2013-4463).
 */
export function findings(found: Pick<Findings, "disk"> & Partial<Findings>): Findings {
  const { disk } = found;
  const complete = { references: [], problems: [], ...NOTHING, ...found };
  if (typeof disk !== "bigint" || disk <= BigInt(Number.MAX_SAFE_INTEGER)) return complete;
  const problems = [...complete.problems, `claims a disk of ${disk} bytes`];
  return { ...complete, disk: null, problems };
}

/**
 * Most bytes of the table of blocks, which qemu reads into memory as a whole when it opens an image. Nova
 * runs `qemu-img info` before it converts, with an address space of 1 GiB for all of it
 * (`QEMU_IMG_LIMITS`); half of that is twice what a VDI of 64 TiB needs.
 */
const LARGEST_TABLE = 1 << 29;

/** A row for {@linkcode holding}: a table of so many bytes is a bomb for the memory of the host. */
export function claimsTable(bytes: number): readonly [boolean, string] {
  return [bytes > LARGEST_TABLE, `claims a table of ${bytes} bytes, at most ${LARGEST_TABLE}`];
}

/** Findings about an image that ends before its own structures do. */
export function cutShort(where: string): Findings {
  return findings({ disk: null, problems: [`ends inside its ${where}`] });
}

/** The sentences of a table whose condition holds. */
export function holding(table: readonly (readonly [boolean, string])[]): readonly string[] {
  return table.filter(([holds]) => holds).map(([, sentence]) => sentence);
}
