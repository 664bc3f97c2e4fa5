/**
 * The program's targets relative to its peers. A ratio holds on any machine; seconds do not.
 *
 * @module
 */
import type { Standing } from "./duel.ts";

/** One promise: ours is at most so many times the peer's. */
export interface Target {
  /** Name of our contender. */
  readonly ours: string;
  /** Name of the peer. */
  readonly peer: string;
  /** What is compared. @default {"seconds"} */
  readonly of?: "seconds" | "cpu";
  /** Largest ratio allowed. */
  readonly most: number;
}

/** A promise and what was measured. */
export interface Judged extends Target {
  /** The ratio. */
  readonly ratio: number;
  /** Whether the promise is kept. */
  readonly met: boolean;
}

const OURS = "glance-direct rbd";
const SEALED = `${OURS}, sealed`;
const TWICE = "rbd export && sha512sum";

/** Promises by the name of the image. */
export const TARGETS: Readonly<Record<string, readonly Target[]>> = {
  dense: [
    { ours: OURS, peer: TWICE, most: 0.8 },
    { ours: OURS, peer: TWICE, of: "cpu", most: 1.2 },
    { ours: OURS, peer: "rbd export | tee | sha512sum", most: 0.9 },
    { ours: OURS, peer: "nova rbd, unverified", most: 0.6 },
    { ours: `${OURS}, signed`, peer: "nova rbd, signed", most: 0.5 },
    { ours: "glance-direct HTTP", peer: "glanceclient", most: 0.8 },
    { ours: SEALED, peer: "rbd export && sync", most: 1.3 },
  ],
  long: [{ ours: OURS, peer: `${TWICE} && sync`, most: 0.85 }],
  thin: [
    { ours: OURS, peer: TWICE, most: 0.5 },
    { ours: OURS, peer: TWICE, of: "cpu", most: 1.2 },
    { ours: OURS, peer: "limit: SHA-512", most: 1.15 },
    { ours: `${OURS}, --verify size`, peer: "rbd export", most: 0.5 },
    { ours: SEALED, peer: "nova rbd, unverified", most: 0.7 },
    { ours: SEALED, peer: TWICE, most: 0.15 },
  ],
  vast: [{ ours: SEALED, peer: "nova rbd, unverified", most: 0.15 }],
  thick: [{ ours: OURS, peer: TWICE, most: 0.5 }],
  sha256: [{ ours: OURS, peer: "rbd export && sha256sum", most: 0.35 }],
  qcow2: [{ ours: OURS, peer: TWICE, most: 0.8 }],
  small: [{ ours: "prefetch --concurrency 4", peer: "one fetch after another", most: 0.5 }],
};

/** Compares what was measured with what is promised; a contender that did not run is left out. */
export function judge(
  standings: readonly Standing[],
  targets: readonly Target[],
): readonly Judged[] {
  const byName = new Map(standings.map((one) => [one.name, one]));
  return targets.flatMap((target) => {
    const [ours, peer] = [byName.get(target.ours), byName.get(target.peer)];
    if (ours === undefined || peer === undefined) return [];
    const of = target.of ?? "seconds";
    const ratio = ours[of] / peer[of];
    return [{ ...target, ratio, met: ratio <= target.most }];
  });
}
