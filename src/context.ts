/**
 * Everything the program needs from outside itself, in one object: clock, environment, files,
 * processes, network, terminal and log. Code below `commands` takes the parts it uses, so a test
 * can replace any of them; `src/system/` holds the real ones and is the only place that touches
 * `Deno.env`, `Deno.Command`, `Date.now` or the standard streams.
 *
 * @module
 */
import type { Address, ByteChannel, ConnectOptions } from "@/connection.ts";
import type { Packages } from "@/hints.ts";

/** Time, so that no test has to sleep. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds since a fixed moment; never goes back. */
  monotonic(): number;
  /**
   * Resolves after `ms` milliseconds.
   *
   * @throws {unknown} The signal's reason, as soon as it is aborted.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The process environment, read-only. */
export interface Environment {
  /** The value of one variable, or `undefined` when it is not set. */
  get(name: string): string | undefined;
  /** The names that are set and that the process may read. */
  names(): readonly string[];
}

/** What {@linkcode Processes.spawn} takes in addition to the command line. */
export interface SpawnOptions {
  /** Kills the child when aborted; `status` then still settles. */
  readonly signal?: AbortSignal;
  /** Packages of the program, for the hint when it is missing. */
  readonly packages?: Packages;
}

/** How a child ended. */
export interface ChildStatus {
  /** Exit status, or 128 + signal number. */
  readonly code: number;
  /** Name of the signal that ended it, e.g. `SIGKILL`. */
  readonly signal: string | null;
}

/** A running child. Disposing it kills it and waits for its end. */
export interface Child extends AsyncDisposable {
  /** Its process id. */
  readonly pid: number;
  /**
   * Standard output: a byte stream, so BYOB readers work. It ends soon after the child, even if
   * another process that the child started keeps it open.
   */
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Settles when the child has ended and its standard error is drained, or soon after the end. */
  readonly status: Promise<ChildStatus>;
  /** The last lines (at most 4 KiB) of standard error so far, with Ceph keys masked. */
  stderrTail(): string;
  /** Ends the child: SIGTERM, then SIGKILL if needed. Does nothing when it has ended. */
  kill(): void;
}

/** Starts programs with only `LC_ALL=C` in their environment, never through a shell. */
export interface Processes {
  /**
   * Starts a program.
   *
   * @param argv Absolute path of the program, then its arguments.
   * @throws {ToolError} `source_unavailable` if it does not exist, `permission_denied` if it may not run.
   */
  spawn(argv: readonly string[], options?: SpawnOptions): Child;
}

/** Metadata of a file. Sizes in bytes, times in milliseconds since the epoch. */
export interface FileInfo {
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Whether it is a directory. */
  readonly isDirectory: boolean;
  /** Whether it is a symbolic link (only {@linkcode Files.lstat} sets it). */
  readonly isSymlink: boolean;
  /** Length in bytes. */
  readonly size: number;
  /** Bytes allocated on disk (`st_blocks` × 512). */
  readonly allocated: number;
  /** Last modification. */
  readonly mtime: number;
  /** Permission bits, e.g. `0o644`. */
  readonly mode: number;
  /** Owner. */
  readonly uid: number;
  /** Group. */
  readonly gid: number;
  /** Device number. */
  readonly dev: number;
  /** Inode number. */
  readonly ino: number;
}

/** An open file. All operations but one are synchronous: they run in the thread of a transfer. */
export interface OpenFile extends Disposable {
  /** Writes all of `data` at `offset`. @throws {ToolError} `no_space` or `io`. */
  writeAt(data: Uint8Array, offset: number): void;
  /** Reads up to `buffer.length` bytes at `offset`; 0 at the end. @throws {ToolError} `io`. */
  readAt(buffer: Uint8Array, offset: number): number;
  /** Sets the length; a longer file ends with a hole. @throws {ToolError} `no_space` or `io`. */
  truncate(size: number): void;
  /** Locks it (flock(2)) until it is closed; only for a file that no other process knows yet. */
  lock(): void;
  /** Flushes data and metadata to the disk. @throws {ToolError} `io`. */
  sync(): void;
  /**
   * Flushes the data while writing continues; resolves when what was written before is on the disk.
   *
   * @throws {ToolError} `no_space` or `io`.
   */
  writeDown(): Promise<void>;
  /** The metadata now. @throws {ToolError} `io`. */
  stat(): FileInfo;
  /** Closes it; does nothing when it is closed. */
  close(): void;
}

/**
 * A file that is read from beginning to end. Its storage may hang (a network file system), so no
 * operation blocks the thread; an operation that hangs is abandoned.
 */
export interface InputFile extends Disposable {
  /** Whether it is a regular file. @throws {ToolError} `io`. */
  isRegular(): Promise<boolean>;
  /** Reads the next bytes, up to `buffer.length`; 0 at the end. @throws {ToolError} `io`. */
  read(buffer: Uint8Array): Promise<number>;
}

/** A held lock on a file (flock(2)). Disposing it releases the lock. */
export type FileLock = Disposable;

/** The file system. Every error is a {@linkcode ToolError} that names the path. */
export interface Files {
  /** Reads a text file. @throws {ToolError} `permission_denied` or `io`, also when it is missing. */
  readText(path: string): string;
  /** Reads a file. @throws {ToolError} As {@linkcode Files.readText}. */
  readBytes(path: string): Uint8Array;
  /** Metadata of the target of a path, or `undefined` if it does not exist. */
  stat(path: string): FileInfo | undefined;
  /**
   * Metadata of a path itself, without following symbolic links, or `undefined` if it does not
   * exist.
   */
  lstat(path: string): FileInfo | undefined;
  /** Names in a directory, sorted; empty when it does not exist. */
  list(directory: string): readonly string[];
  /** Creates a file that must not exist. @throws {ToolError} `cannot_create` or `no_space`. */
  createNew(path: string, mode: number): OpenFile;
  /** Opens a file for reading. @throws {ToolError} `permission_denied` or `io`, also when missing. */
  open(path: string): OpenFile;
  /** Opens a file whose storage may hang. @throws {ToolError} As {@linkcode Files.open}. */
  openInput(path: string): Promise<InputFile>;
  /** Creates a directory and its parents, if missing. @throws {ToolError} `cannot_create`. */
  makeDirectory(path: string, mode: number): void;
  /** Replaces `to` with `from` atomically. @throws {ToolError} `cannot_create` or `io`. */
  rename(from: string, to: string): void;
  /** Removes a file; does nothing when it does not exist. @throws {ToolError} `io`. */
  remove(path: string): void;
  /** Sets permission bits; does not follow symbolic links. @throws {ToolError} `io`. */
  chmod(path: string, mode: number): void;
  /** Sets the owner; does not follow symbolic links. @throws {ToolError} `io`. */
  chown(path: string, uid: number, gid: number): void;
  /** Sets atime and mtime, in milliseconds since the epoch. @throws {ToolError} `io`. */
  touch(path: string, time: number): void;
  /** Flushes a directory's entries to the disk. @throws {ToolError} `io`. */
  syncDirectory(path: string): void;
  /** Bytes that this user can still write on the file system of `path`; `undefined` if unknown. */
  freeSpace(path: string): number | undefined;
  /** Links `from` as `to` as well; false when `to` exists. @throws {ToolError} `cannot_create`. */
  link(from: string, to: string): boolean;
  /**
   * Waits for the lock of a file, which is created if it is missing.
   *
   * @throws {unknown} The signal's reason, if it aborts while another process has the lock.
   */
  lock(path: string, signal: AbortSignal): Promise<FileLock>;
  /** The lock of a file, or `undefined` if another process has it or the file does not exist. */
  tryLock(path: string): Promise<FileLock | undefined>;
  /** The target of a symbolic link. @throws {ToolError} `io`, also when it is not a link. */
  readLink(path: string): string;
  /** The absolute path with every symbolic link resolved. @throws {ToolError} `io`, also when missing. */
  realPath(path: string): Promise<string>;
}

/** The standard streams, as the user sees them. */
export interface Terminal {
  /** Whether standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Whether standard output is a terminal. */
  readonly isOutputTerminal: boolean;
  /** Whether standard error is systemd's journal. */
  readonly isJournal: boolean;
  /** Whether to use colour and cursor movement (terminal, no `NO_COLOR`, not `TERM=dumb`). */
  readonly isRich: boolean;
  /** Columns of the terminal now; 80 if it is not a terminal. */
  columns(): number;
  /** Writes text to standard output. @throws {ToolError} `reader_gone` or `io`. */
  out(text: string): void;
  /** Writes text to standard error. */
  err(text: string): void;
  /** Standard output for bytes (`-o -`). @throws {ToolError} As {@linkcode Terminal.out}. */
  outBytes(data: Uint8Array): void;
  /** All of standard input, as text. */
  readInput(): Promise<string>;
}

/**
 * Severity of a log record, most severe first. A `setback` is a warning that a retry or another
 * source may make obsolete, a `hint` its remedy; with `--format json` the result tells the outcome.
 */
export const LOG_LEVELS = [
  "error",
  "warning",
  "setback",
  "hint",
  "info",
  "debug",
  "trace",
] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Values that explain a record; they become JSON fields or `key=value`. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes log records; `src/ui/` decides the format. */
export interface Log {
  /** Writes one record, if its level is enabled. */
  (level: LogLevel, message: string, fields?: LogFields): void;
}

/** The user and the host of the process. */
export interface Identity {
  /** Effective user id, or `null` when unknown. */
  readonly uid: number | null;
  /** This process. */
  readonly pid: number;
  /** The host's name, or `localhost` when unknown. */
  readonly hostname: string;
}

/** A kind of permission that the program can give up. */
export type PermissionKind = "env" | "ffi" | "net" | "read" | "run" | "sys" | "write";

/**
 * All of the outside world, in one object. Functions take the part they need (`Pick<Context, …>`).
 */
export interface Context {
  /** Time. */
  readonly clock: Clock;
  /** Environment variables. */
  readonly env: Environment;
  /** The file system. */
  readonly files: Files;
  /** Child processes. */
  readonly processes: Processes;
  /** HTTP; callers never follow redirects. */
  readonly fetch: typeof fetch;
  /**
   * All addresses of a host name, best first; for an address, the address itself.
   *
   * @throws {Error} If there is none.
   */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  /**
   * Resolves as soon as an address accepts a TCP connection.
   *
   * @throws {Error} If nobody does.
   */
  readonly reach: (address: Address, signal: AbortSignal) => Promise<void>;
  /**
   * Opens TLS to a URL without verifying the certificate, which `fetch` cannot do.
   *
   * @throws {Error} If there is no connection.
   */
  readonly connectUnverified: (url: URL, options: ConnectOptions) => Promise<ByteChannel>;
  /** Standard streams. */
  readonly terminal: Terminal;
  /** Diagnostics. */
  readonly log: Log;
  /** Who we are. */
  readonly identity: Identity;
  /** A number in [0, 1), for jitter and for shuffling. */
  readonly random: () => number;
  /** Registers `answer`, which is called when the user asks for the progress (SIGUSR1). */
  readonly onStatusRequest: (answer: () => void) => void;
  /** Revokes permissions of this thread for good; threads already started keep theirs. */
  readonly relinquish: (kinds: readonly PermissionKind[]) => void;
}
