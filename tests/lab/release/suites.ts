/**
 * The test suites for a release, and which of them run where.
 *
 * @module
 */

/** One suite of the table "Proven on". */
export interface Suite {
  /** Arguments of `deno test`. */
  readonly paths: readonly string[];
  /** Seconds after which it counts as hung. */
  readonly seconds: number;
  /** Whether it runs beside those on the lab, because it needs none or has its own. */
  readonly aside?: "without a lab" | "with its own lab";
}

const CEPH = "tests/ceph";
const PEER = "tests/peer";
const ACCIDENTS = `${CEPH}/accident_test.ts`;

const ALL = {
  /** The compiled program, as a user runs it. */
  scenario: { paths: ["tests/scenario"], seconds: 900, aside: "without a lab" },
  /** Comparisons with nova, oslo, cursive, OpenSSL, QEMU. */
  peer: { paths: [PEER], seconds: 1200, aside: "without a lab" },
  /** All other tests on the real lab. */
  ceph: { paths: [CEPH, `--ignore=${ACCIDENTS}`], seconds: 4200 },
  /** The accidents of `test:fault` on the real lab: a fifth of the time of all tests on it. */
  accidents: { paths: [ACCIDENTS], seconds: 1800, aside: "with its own lab" },
  /** Fetching by each source, and the images for which this release's librbd has special cases. */
  fetch: { paths: [`${CEPH}/fetch_test.ts`, `${CEPH}/whole_object_test.ts`], seconds: 900 },
  /** The errors of this release's rbd. */
  refusals: { paths: [`${CEPH}/rbd_failures_test.ts`], seconds: 600 },
  /** The hook in this nova. In containers it is tested with all of `ceph`. */
  hook: { paths: [`${CEPH}/nova_hook_test.ts`, `${PEER}/nova_hook_test.ts`], seconds: 1200 },
  /** Signatures compared with this cursive and its cryptography. */
  signatures: { paths: [`${CEPH}/signature_test.ts`, `${PEER}/signature_test.ts`], seconds: 900 },
  /** This nova's cache manager compared with ours. */
  cache: { paths: [`${CEPH}/nova_cache_test.ts`, `${PEER}/cache_manager_test.ts`], seconds: 600 },
} as const satisfies Record<string, Suite>;

/** Name of one of {@linkcode SUITES}. */
export type SuiteName = keyof typeof ALL;

/** All suites, in the order of the table. */
export const SUITES: Readonly<Record<SuiteName, Suite>> = ALL;

/** The suites for a release in use, if another release runs all. */
const SHORT = ["fetch", "refusals", "hook", "signatures", "cache"] as const;

/** The suites of a release by default: all on the current one. */
const USUAL: Readonly<Record<string, readonly SuiteName[]>> = {
  bookworm: SHORT,
  trixie: ["scenario", "peer", "ceph", "accidents"],
  sid: ["scenario", "peer", "fetch", "hook"],
};

/**
 * The suites with these names, or the default ones of a release.
 *
 * @throws {Error} If a name is unknown.
 */
export function suitesFor(release: string, names: readonly string[]): readonly SuiteName[] {
  if (names.length === 0) return USUAL[release] ?? SHORT;
  const unknown = names.find((name) => !(name in SUITES));
  if (unknown === undefined) return names as SuiteName[];
  throw new Error(`Unknown suite '${unknown}': one of ${Object.keys(SUITES).join(", ")}`);
}
