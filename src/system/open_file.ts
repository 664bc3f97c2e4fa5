/**
 * Open files of the real file system: for writing and reading at an offset, and for reading from
 * beginning to end without blocking the thread.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import type { FileInfo, InputFile, OpenFile } from "@/context.ts";
import { fileError, guarded, guardedWait } from "@/system/file_errors.ts";

/** Wraps a `Deno.FsFile`; every error names the path. */
export class SystemFile implements OpenFile {
  readonly #file: Deno.FsFile;
  readonly #path: string;
  #position = 0;
  #closed = false;

  /** Wraps an open file. */
  constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Writes all of `data` at `offset`. @throws {ToolError} `no_space` or `io`. */
  writeAt(data: Uint8Array, offset: number): void {
    try {
      this.#seek(offset);
      let done = 0;
      while (done < data.length) done += this.#file.writeSync(data.subarray(done));
      this.#position = offset + data.length;
    } catch (error) {
      this.#position = -1;
      throw fileError("write", this.#path, "io", error);
    }
  }

  /** Reads up to `buffer.length` bytes at `offset`; 0 at the end. @throws {ToolError} `io`. */
  readAt(buffer: Uint8Array, offset: number): number {
    return guarded("read", this.#path, "io", () => {
      this.#seek(offset);
      const count = this.#file.readSync(buffer) ?? 0;
      this.#position = offset + count;
      return count;
    });
  }

  /** Sets the length. @throws {ToolError} `no_space` or `io`. */
  truncate(size: number): void {
    guarded("set the length of", this.#path, "io", () => this.#file.truncateSync(size));
  }

  /** Locks it (flock(2)) until it is closed. @throws {ToolError} `io`. */
  lock(): void {
    guarded("lock", this.#path, "io", () => this.#file.lockSync(true));
  }

  /** Flushes data and metadata to the disk. @throws {ToolError} `io`. */
  sync(): void {
    guarded("flush", this.#path, "io", () => this.#file.syncSync());
  }

  /**
   * Flushes the data in a thread of the runtime through a separate handle, because a handle with a
   * pending promise accepts no other operation. It is open before this method returns: a later rename
   * does not affect the flush.
   *
   * @throws {ToolError} `no_space` or `io`, also if the file no longer has its name.
   */
  async writeDown(): Promise<void> {
    using handle = guarded("flush", this.#path, "io", () => Deno.openSync(this.#path));
    await guardedWait("flush", this.#path, "io", () => handle.syncData());
  }

  /** The metadata now. @throws {ToolError} `io`. */
  stat(): FileInfo {
    return guarded("look at", this.#path, "io", () => toFileInfo(this.#file.statSync()));
  }

  /** Closes it; does nothing when it is closed. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }

  #seek(offset: number): void {
    if (this.#position !== offset) this.#file.seekSync(offset, Deno.SeekMode.Start);
  }
}

/** The result of `stat` in our own type. */
export function toFileInfo(info: Deno.FileInfo): FileInfo {
  return {
    isFile: info.isFile,
    isDirectory: info.isDirectory,
    isSymlink: info.isSymlink,
    size: info.size,
    allocated: (info.blocks ?? 0) * 512,
    mtime: info.mtime?.getTime() ?? 0,
    mode: (info.mode ?? 0) & 0o7777,
    uid: info.uid ?? 0,
    gid: info.gid ?? 0,
    dev: info.dev,
    ino: info.ino ?? 0,
  };
}

/** Opens a file for reading. @throws {ToolError} `permission_denied` or `io`, also when missing. */
export async function openInput(path: string): Promise<InputFile> {
  await openElsewhere(path);
  const file = await guardedWait("open", path, "io", () => Deno.open(path));
  return {
    isRegular: () => guardedWait("look at", path, "io", async () => (await file.stat()).isFile),
    read: (buffer) => guardedWait("read", path, "io", async () => await file.read(buffer) ?? 0),
    [Symbol.dispose]: () => file.close(),
  };
}

/**
 * `Deno.open` opens in the caller's own thread (Deno 2.5 to 2.9), which a dead network file system
 * or a pipe without a writer would block; `fetch` opens in another one.
 */
async function openElsewhere(path: string): Promise<void> {
  try {
    const { body } = await fetch(pathToFileURL(path));
    await body?.cancel();
  } catch {
    // `Deno.open` gives a better reason why a file does not open.
  }
}
