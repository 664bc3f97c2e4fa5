/**
 * Checks the free space before the first byte, and again while a file grows: an image that cannot
 * fit should not cost a transfer, and one that turns out larger than expected must not use the
 * space that nova keeps free (`[DEFAULT]reserved_host_disk_mb`).
 *
 * @module
 */
import { dirname } from "node:path";
import type { Clock, Files, Log } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { spaceHints } from "@/hints.ts";
import { formatCompared } from "@/human_units.ts";

/** The planned write. Sizes in bytes. */
export interface SpaceNeed {
  /** The file to make. */
  readonly path: string;
  /** Minimum number of bytes written. */
  readonly least: number;
  /** Maximum number of bytes written: holes take no space, but they are not known in advance. */
  readonly most: number;
  /** Bytes that must stay free. */
  readonly reserved: number;
}

/** Refuses a file that cannot fit; warns about one that may not. @throws {ToolError} `no_space`. */
export function expectSpace(files: Pick<Files, "freeSpace">, log: Log, need: SpaceNeed): void {
  const { least, most, path, reserved } = need;
  const free = files.freeSpace(dirname(path));
  if (free === undefined) return;
  const usable = Math.max(0, free - reserved);
  if (most <= usable) return;
  const [left, low, high] = formatCompared(usable, least, most);
  const range = least === most ? high : least === 0 ? `up to ${high}` : `${low} to ${high}`;
  const comparison = `${left} are free, ${range} are needed`;
  if (least > usable) throw noSpace(`Cannot make '${path}': ${comparison}`, path, reserved);
  log("warning", `'${path}' may not fit: ${comparison}`);
}

/** Bytes of growth after which the space is checked again. */
const STEP = 1 << 26;

/** Milliseconds between two checks of a file that another program writes. */
const INTERVAL = 250;

/** Keeps a reserve free while a file grows; below it, the kernel itself reports a full disk. */
export class SpaceGuard {
  readonly #files: Pick<Files, "freeSpace">;
  readonly #path: string;
  readonly #reserved: number;
  #written = 0;

  /** Guards the file system of a file. @param reserved Bytes to keep free; 0 turns it off. */
  constructor(files: Pick<Files, "freeSpace">, path: string, reserved: number) {
    this.#files = files;
    this.#path = path;
    this.#reserved = reserved;
  }

  /** This many more bytes were written. @throws {ToolError} `no_space`. */
  wrote(bytes: number): void {
    this.#written += bytes;
    if (this.#written < STEP) return;
    this.#written = 0;
    this.#expectReserve();
  }

  /**
   * Checks every quarter of a second until `done`, and aborts `controller` when the reserve is
   * used.
   *
   * @param onLook Called at each check, too.
   */
  async watch(
    clock: Clock,
    controller: AbortController,
    done: AbortSignal,
    onLook: () => void = () => {},
  ): Promise<void> {
    try {
      for (;;) {
        await clock.sleep(INTERVAL, done);
        this.#expectReserve();
        onLook();
      }
    } catch (error) {
      if (!done.aborted) controller.abort(error);
    }
  }

  #expectReserve(): void {
    if (this.#reserved === 0) return;
    const free = this.#files.freeSpace(dirname(this.#path));
    if (free === undefined || free >= this.#reserved) return;
    const [left, reserved] = formatCompared(free, this.#reserved);
    const comparison = `${left} are free, ${reserved} are reserved`;
    throw noSpace(
      `Cannot continue with '${this.#path}': ${comparison}`,
      this.#path,
      this.#reserved,
    );
  }
}

function noSpace(message: string, path: string, reserved: number): ToolError {
  const lower = reserved === 0 ? [] : ["or lower [DEFAULT]reserved_host_disk_mb"];
  return new ToolError("no_space", message, { hints: [...spaceHints(path), ...lower] });
}
