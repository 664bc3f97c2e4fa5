/**
 * The life of a file before it has its final name: private, then verified, then published in one
 * step. This order guarantees that the final name leads to the complete verified file or does not
 * exist, whatever fails in between.
 *
 * @module
 */
import { dirname } from "node:path";
import { SpaceGuard } from "@/cache/free_space.ts";
import { removeLeftovers } from "@/cache/leftovers.ts";
import { temporaryPath } from "@/cache/paths.ts";
import type { Context, FileInfo, OpenFile } from "@/context.ts";
import { messageOf } from "@/errors.ts";

/** How a file is published. */
export interface Publication {
  /** Its final path. */
  readonly path: string;
  /** Its permission bits. */
  readonly mode: number;
  /** Replace an existing file; otherwise an existing file stays. */
  readonly replace: boolean;
  /** Distinguishes two temporary files of one process. @default {"tmp"} */
  readonly stage?: "tmp" | "raw";
  /** Bytes of its file system to keep free while it grows. @default {0} */
  readonly reserved?: number;
}

/** What may still happen to a file whose directory could not be flushed. */
export const LOSS = "a power failure may remove it";

type Outside = Pick<Context, "files" | "identity" | "log">;

/** A file being written into a directory. Disposing it without {@linkcode commit} removes it. */
export class Ingest implements Disposable {
  /** The empty file to write into. */
  readonly file: OpenFile;
  /** Keeps the reserve free. */
  readonly guard: SpaceGuard;
  readonly #outside: Outside;
  readonly #publication: Publication;
  /** Path of the file until it is published. */
  readonly temporary: string;

  private constructor(outside: Outside, publication: Publication, temporary: string) {
    this.#outside = outside;
    this.#publication = publication;
    this.temporary = temporary;
    this.guard = new SpaceGuard(outside.files, publication.path, publication.reserved ?? 0);
    this.file = outside.files.createNew(temporary, 0o600);
    try {
      // The lock tells other processes that the maker is alive.
      this.file.lock();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Creates the temporary file next to its final path, after removing leftovers of dead runs.
   *
   * @throws {ToolError} `cannot_create` or `no_space`; `io` if the file system has no locks.
   */
  static async begin(outside: Outside, publication: Publication): Promise<Ingest> {
    await removeLeftovers(outside.files, publication.path);
    const { path, stage } = publication;
    const temporary = temporaryPath(path, outside.identity.pid, stage);
    return new Ingest(outside, publication, temporary);
  }

  /**
   * Publishes the file. Its content must already be verified.
   *
   * @returns Whether it was published; false when another file had the name already.
   * @throws {ToolError} `no_space`, `io` or `cannot_create`; then the final name does not exist.
   */
  commit(): boolean {
    const { files } = this.#outside;
    const { path, mode } = this.#publication;
    files.chmod(this.temporary, mode);
    this.#giveToOwner();
    this.file.sync();
    this.file.close();
    const published = this.#publish();
    // A failure after publishing is only logged: the name leads to the verified file, and removing
    // it could break a process that already uses it. The warning says what is not certain.
    try {
      files.syncDirectory(dirname(path));
    } catch (error) {
      this.#outside.log("warning", `${messageOf(error)}; the file is complete, but ${LOSS}`);
    }
    return published;
  }

  /** Removes the temporary name, if it still exists. */
  [Symbol.dispose](): void {
    this.file.close();
    try {
      this.#outside.files.remove(this.temporary);
    } catch (error) {
      this.#outside.log("warning", `${messageOf(error)}; remove it by hand`);
    }
  }

  #publish(): boolean {
    const { files } = this.#outside;
    const { path, replace } = this.#publication;
    if (replace) {
      files.rename(this.temporary, path);
      return true;
    }
    return files.link(this.temporary, path);
  }

  /** A base made by root must belong to nova: the owner of the cache directory is nova's user. */
  #giveToOwner(): void {
    const { files, identity } = this.#outside;
    const owner = files.stat(dirname(this.#publication.path));
    if (identity.uid === 0 && owner !== undefined && !isRoot(owner)) {
      files.chown(this.temporary, owner.uid, owner.gid);
    }
  }
}

function isRoot(owner: FileInfo): boolean {
  return owner.uid === 0 && owner.gid === 0;
}
