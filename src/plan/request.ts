/**
 * What somebody asks for: how an image is wanted, and where.
 *
 * @module
 */

/** What is checked before the file gets its name. */
export const VERIFY_MODES = ["full", "size"] as const;

/** One of {@linkcode VERIFY_MODES}. */
export type VerifyMode = typeof VERIFY_MODES[number];

/** Where an image is wanted. */
export type Place =
  /** As a base file of nova's cache. */
  | { readonly kind: "cache" }
  /** At this path, in place of what is there. `part` says that nova itself asks for it. */
  | { readonly kind: "file"; readonly path: string; readonly part?: true }
  /** On standard output. */
  | { readonly kind: "output" }
  /** Nowhere: it is only verified. */
  | { readonly kind: "nowhere" };

/** How one image is wanted. */
export interface FetchRequest {
  /** What is checked. */
  readonly verify: VerifyMode;
  /** Accept an image without any hash. */
  readonly allowUnhashed: boolean;
  /** Use sources of this kind only. */
  readonly only?: string | undefined;
  /** Whether a second source may be tried. */
  readonly fallback: boolean;
  /** Ids of the certificates that the signer's chain must lead to; empty takes the configured ones. */
  readonly trustedCerts: readonly string[];
  /** Whether all rules for formats are enforced here; without, only those that reach other files. */
  readonly deepInspection: boolean;
  /** Fetch and replace even if it is there. */
  readonly force: boolean;
  /** Whether its chunks are digested, for a seal to be made. */
  readonly digestChunks?: true;
  /** Where it goes. */
  readonly place: Place;
}
