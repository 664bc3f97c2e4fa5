/**
 * Looks at the space before the first byte: an image that cannot fit should not cost a transfer.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Files, Log } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** What will be written. */
export interface SpaceNeed {
  /** The file to be made. */
  readonly path: string;
  /** Bytes of the image. */
  readonly size: number;
  /** Whether the image may be mostly holes, so that `size` is no more than an upper bound. */
  readonly isSparse: boolean;
  /** Whether a raw copy is made beside it. */
  readonly isConverted: boolean;
  /** Bytes that must stay free (`[DEFAULT]reserved_host_disk_mb`). */
  readonly reserved: number;
}

/**
 * Refuses what cannot fit. A raw image may be mostly holes, so for one the lack of space is only
 * worth a warning; a converted one takes at least its size twice.
 *
 * @throws {ToolError} `no_space`.
 */
export function expectSpace(files: Pick<Files, "freeSpace">, log: Log, need: SpaceNeed): void {
  const free = files.freeSpace(dirname(need.path));
  if (free === undefined) return;
  const usable = Math.max(0, free - need.reserved);
  const wanted = need.size * (need.isConverted ? 2 : 1);
  if (wanted <= usable) return;
  const comparison = `${usable} bytes are free, needed are ${
    need.isSparse ? "up to " : ""
  }${wanted}`;
  if (need.isSparse) return log("warning", `'${need.path}' may not fit: ${comparison}`);
  throw new ToolError("no_space", `Cannot make '${need.path}': ${comparison}`, {
    hints: ["free some space: glance-direct cache prune --dry-run; reserved_host_disk_mb is kept"],
  });
}
