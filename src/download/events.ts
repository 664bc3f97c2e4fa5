/**
 * What a transfer tells while it runs; `src/ui/` turns it into a bar, lines or JSON.
 *
 * @module
 */

/** Something that happened. Sizes in bytes. */
export type DownloadEvent =
  | { readonly kind: "attempt"; readonly source: string; readonly location: string }
  | { readonly kind: "progress"; readonly position: number; readonly transferred: number };

/** Receives events; must not throw. */
export type OnDownloadEvent = (event: DownloadEvent) => void;
