/**
 * Unknown options of `[glance_direct]`. Nova ignores the group, and oslo.config ignores
 * unregistered options, so without this a typing error would silently have no effect.
 *
 * @module
 */
import type { ConfigFile } from "@/config/config_files.ts";
import { GLANCE_DIRECT_OPTIONS } from "@/config/options/glance_direct.ts";

/** An option that has no effect. */
export interface UnknownOption {
  /** Its name, as written. */
  readonly name: string;
  /** `FILE:LINE`. */
  readonly origin: string;
  /** The known option with the nearest name, if it is near enough for a typing error. */
  readonly nearest: string | undefined;
}

const GROUP = "glance_direct";
const KNOWN = Object.keys(GLANCE_DIRECT_OPTIONS[GROUP]);

/** The unknown options of some files, in the order of the files and their lines. */
export function unknownOptions(files: readonly ConfigFile[]): readonly UnknownOption[] {
  return files.flatMap(({ path, sections }) =>
    [...sections.get(GROUP) ?? []].filter(([name]) => !KNOWN.includes(name)).map((
      [name, entries],
    ) => ({ name, origin: `${path}:${entries.at(-1)?.line ?? 0}`, nearest: nearestOf(name) }))
  );
}

/** The warning about one. */
export function unknownOptionText({ name, nearest, origin }: UnknownOption): string {
  const advice = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  return `[${GROUP}]${name} (${origin}) is not a known option and has no effect${advice}`;
}

/** At most a third of the letters may differ. */
function nearestOf(name: string): string | undefined {
  const plain = name.toLowerCase().replaceAll("-", "_");
  const [best] = KNOWN.map((known) => ({ known, distance: distanceOf(plain, known) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= name.length / 3 ? best.known : undefined;
}

/** Letters to add, remove or replace to get from one word to another (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
