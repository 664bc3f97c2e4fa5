/**
 * A request: how an image is fetched, and to which target.
 *
 * @module
 */

/** What is checked before the file gets its name. */
export const VERIFY_MODES = ["full", "size"] as const;

/** One of {@linkcode VERIFY_MODES}. */
export type VerifyMode = typeof VERIFY_MODES[number];

/** Target of a request. */
export type Place =
  /** As a base file of nova's cache. */
  | { readonly kind: "cache" }
  /** At this path, replacing the file there. `part` means that nova itself asks for it. */
  | { readonly kind: "file"; readonly path: string; readonly part?: true }
  /** On standard output. */
  | { readonly kind: "output" }
  /** None: the image is only verified. */
  | { readonly kind: "nowhere" };

/** How to fetch one image. */
export interface FetchRequest {
  /** What to verify. */
  readonly verify: VerifyMode;
  /** Accept an image without a hash. */
  readonly allowUnhashed: boolean;
  /** Use only sources of this kind. */
  readonly only?: string | undefined;
  /** Whether to try a second source. */
  readonly fallback: boolean;
  /** Trusted certificates of the signer's chain, by id; empty means the configured ones. */
  readonly trustedCerts: readonly string[];
  /** Whether to enforce all rules for formats; if not, only those against other files. */
  readonly deepInspection: boolean;
  /** Fetch and replace the file even if it exists. */
  readonly force: boolean;
  /** Whether to digest its chunks for a seal. */
  readonly digestChunks?: true;
  /** Transfers that run at the same time; they share the cores. @default {1} */
  readonly transfers?: number;
  /** Where it goes. */
  readonly place: Place;
}

/** An image from any source, of which everything is verified. */
export const STRICT = {
  verify: "full",
  allowUnhashed: false,
  fallback: true,
  trustedCerts: [],
  deepInspection: true,
  force: false,
} as const satisfies Omit<FetchRequest, "place">;
