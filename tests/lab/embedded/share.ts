/**
 * A file share that fails on demand, like the storage of Glance's `filesystem` store may.
 *
 * @module
 */
import { basename } from "node:path";
import type { Files, InputFile } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { placeOf, type TransferFault } from "./fault.ts";

/** The part of the file system that a share has. */
type ShareFiles = Pick<Files, "openInput" | "realPath">;

/** Files of this machine with the faults of a share. */
export class EmbeddedShare implements ShareFiles {
  readonly #files: ShareFiles;
  readonly #faults = new Map<string, TransferFault>();
  readonly #reached = Promise.withResolvers<void>();
  #open = 0;
  #idle = Promise.withResolvers<void>();

  /** Passes the real files through. */
  constructor(files: ShareFiles) {
    this.#files = files;
    this.#idle.resolve();
  }

  /** Makes the reads of a file fail from now on. */
  setFault(name: string, fault: TransferFault | undefined): void {
    if (fault !== undefined) this.#faults.set(name, fault);
  }

  /** Resolves as soon as a file is opened. */
  async reached(): Promise<void> {
    await this.#reached.promise;
  }

  /** Resolves as soon as no file is open; one that opens late is closed late. */
  async idle(): Promise<void> {
    await this.#idle.promise;
  }

  /** Never fails; faults only apply to {@linkcode EmbeddedShare.openInput}. */
  async realPath(path: string): Promise<string> {
    return await this.#files.realPath(path);
  }

  /** Opens a file, whose reads then fail as configured. */
  async openInput(path: string): Promise<InputFile> {
    this.#reached.resolve();
    const fault = this.#faults.get(basename(path));
    if (fault?.kind === "silent") await new Promise(() => {});
    const close = this.#begin();
    try {
      const file = await this.#files.openInput(path);
      const { size } = await Deno.stat(path);
      return {
        isRegular: () => file.isRegular(),
        read: reader(file, size, fault),
        [Symbol.dispose]: () => {
          close();
          file[Symbol.dispose]();
        },
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  /** Counts an open file; the result closes it. */
  #begin(): () => void {
    if (this.#open++ === 0) this.#idle = Promise.withResolvers();
    return () => {
      if (--this.#open === 0) this.#idle.resolve();
    };
  }
}

/** Reads up to the place of the fault, then applies it. */
function reader(file: InputFile, size: number, fault: TransferFault | undefined) {
  const limit = fault?.kind === "cut" || fault?.kind === "hang" ? placeOf(fault.after, size) : size;
  const piece = fault?.kind === "trickle" ? fault.piece : size;
  let position = 0;
  return async (buffer: Uint8Array): Promise<number> => {
    if (position === limit && fault?.kind === "hang") await new Promise(() => {});
    if (position === limit && fault?.kind === "cut") {
      throw new ToolError("io", "Cannot read the file: Input/output error (os error 5)");
    }
    const length = Math.min(buffer.length, piece, Math.max(1, limit - position));
    const count = await file.read(buffer.subarray(0, length));
    position += count;
    return count;
  };
}
