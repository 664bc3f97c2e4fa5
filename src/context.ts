/**
 * Everything the program needs from outside itself, in one object: clock, environment, files,
 * processes, network, terminal and log. Code below `commands` takes the parts it uses, so a test can
 * put a double in the place of any of them; `src/system/` holds the real ones and is the only place
 * that touches `Deno.env`, `Deno.Command`, `Date.now` or the standard streams.
 *
 * @module
 */
import type { Address, ByteChannel, ConnectOptions } from "@/connection.ts";

/** Time, so that no test has to sleep. */
export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
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
  /** The names that are set and allowed to be seen. */
  names(): readonly string[];
}

/** What {@linkcode Processes.spawn} takes beside the command line. */
export interface SpawnOptions {
  /** Kills the child when aborted; `status` then still settles. */
  readonly signal?: AbortSignal;
  /** Debian's package that has the program, for the hint when it is missing. */
  readonly debianPackage?: string;
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
   * Standard output: a byte stream, so BYOB readers work. It ends soon after the child, even where
   * something else that the child has started holds it open.
   */
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Settles when the child has ended and its standard error is drained, or soon after that end. */
  readonly status: Promise<ChildStatus>;
  /** The last lines (at most 4 KiB) of standard error so far, keys of Ceph masked. */
  stderrTail(): string;
  /** Ends it: SIGTERM, and SIGKILL if that does not help. Harmless when it has ended. */
  kill(): void;
}

/** Starts programs: with nothing in their environment but `LC_ALL=C`, never through a shell. */
export interface Processes {
  /**
   * Starts a program.
   *
   * @param argv Absolute path of the program, then its arguments.
   * @throws {ToolError} `source_unavailable` if it does not exist, `permission_denied` if it may not run.
   */
  spawn(argv: readonly string[], options?: SpawnOptions): Child;
}

/** What is known of a file. Sizes in bytes, times in milliseconds since the epoch. */
export interface FileInfo {
  /** Whether it is a regular file. */
  readonly isFile: boolean;
  /** Whether it is a directory. */
  readonly isDirectory: boolean;
  /** Whether it is a symbolic link (only {@linkcode Files.lstat} says so). */
  readonly isSymlink: boolean;
  /** Length in bytes. */
  readonly size: number;
  /** Bytes of disk it occupies (`st_blocks` × 512). */
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

/** An open file. Its operations are synchronous, but for one: they run in the transfer's own thread. */
export interface OpenFile extends Disposable {
  /** Writes all of `data` at `offset`. @throws {ToolError} `no_space` or `io`. */
  writeAt(data: Uint8Array, offset: number): void;
  /** Reads up to `buffer.length` bytes at `offset`; 0 at the end. @throws {ToolError} `io`. */
  readAt(buffer: Uint8Array, offset: number): number;
  /** Sets the length; what is added is a hole. @throws {ToolError} `no_space` or `io`. */
  truncate(size: number): void;
  /** Locks it (flock(2)) until it is closed; only for a file that nobody else knows yet. */
  lock(): void;
  /** Flushes data and metadata to the disk. @throws {ToolError} `io`. */
  sync(): void;
  /**
   * Flushes the data while others go on with the file; resolves when what was there is on the disk.
   *
   * @throws {ToolError} `no_space` or `io`.
   */
  writeDown(): Promise<void>;
  /** What the file is now. @throws {ToolError} `io`. */
  stat(): FileInfo;
  /** Closes it; harmless when closed. */
  close(): void;
}

/**
 * A file that is read from its beginning to its end. Its storage may hang (a share of the network), so
 * no operation holds the thread up; one that hangs is left behind.
 */
export interface InputFile extends Disposable {
  /** Whether it is a regular file. @throws {ToolError} `io`. */
  isRegular(): Promise<boolean>;
  /** Reads the next bytes, up to `buffer.length`; 0 at the end. @throws {ToolError} `io`. */
  read(buffer: Uint8Array): Promise<number>;
}

/** A held lock on a file (flock(2)). Disposing it lets go. */
export type FileLock = Disposable;

/** The file system. Every error is a {@linkcode ToolError} that names the path. */
export interface Files {
  /** Reads a text file. @throws {ToolError} `permission_denied` or `io`, also when it is missing. */
  readText(path: string): string;
  /** Reads a file. @throws {ToolError} As {@linkcode Files.readText}. */
  readBytes(path: string): Uint8Array;
  /** What a path leads to, or `undefined` when nothing is there. */
  stat(path: string): FileInfo | undefined;
  /** What a path is, symbolic links not followed, or `undefined` when nothing is there. */
  lstat(path: string): FileInfo | undefined;
  /** Names in a directory, sorted; empty when it does not exist. */
  list(directory: string): readonly string[];
  /** Creates a file that must not exist. @throws {ToolError} `cannot_create` or `no_space`. */
  createNew(path: string, mode: number): OpenFile;
  /** Opens a file for reading. @throws {ToolError} `permission_denied` or `io`, also when missing. */
  open(path: string): OpenFile;
  /** The same for a file whose storage may hang. @throws {ToolError} As {@linkcode Files.open}. */
  openInput(path: string): Promise<InputFile>;
  /** Makes a directory and its parents; harmless when it exists. @throws {ToolError} `cannot_create`. */
  makeDirectory(path: string, mode: number): void;
  /** Replaces `to` by `from` in one step. @throws {ToolError} `cannot_create` or `io`. */
  rename(from: string, to: string): void;
  /** Removes a file; harmless when it is gone. @throws {ToolError} `io`. */
  remove(path: string): void;
  /** Sets permission bits, of no symbolic link. @throws {ToolError} `io`. */
  chmod(path: string, mode: number): void;
  /** Sets the owner, of no symbolic link. @throws {ToolError} `io`. */
  chown(path: string, uid: number, gid: number): void;
  /** Sets access and modification time, in milliseconds since the epoch. @throws {ToolError} `io`. */
  touch(path: string, time: number): void;
  /** Flushes a directory's entries to the disk. @throws {ToolError} `io`. */
  syncDirectory(path: string): void;
  /** Bytes that this user may still write on the file system of `path`; `undefined` if not known. */
  freeSpace(path: string): number | undefined;
  /** Gives `from` the second name `to`; false when `to` exists. @throws {ToolError} `cannot_create`. */
  link(from: string, to: string): boolean;
  /**
   * Waits for the lock of a file, which is made if it is missing.
   *
   * @throws {unknown} The signal's reason, when it is aborted while somebody else has the lock.
   */
  lock(path: string, signal: AbortSignal): Promise<FileLock>;
  /** The lock of a file, or `undefined` when somebody else holds it or it does not exist. */
  tryLock(path: string): Promise<FileLock | undefined>;
  /** What a symbolic link says. @throws {ToolError} `io`, also when it is none. */
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
  /** Whether colour and cursor movement are welcome (terminal, no `NO_COLOR`, not `TERM=dumb`). */
  readonly isRich: boolean;
  /** Columns of the terminal now; 80 when it is not one. */
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
 * Severity of a log record, most severe first. A `setback` is a warning of what another try or another
 * source may make good: the result or the error tells what came of it, so who takes those as JSON need
 * not be told before.
 */
export const LOG_LEVELS = ["error", "warning", "setback", "info", "debug", "trace"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Values that explain a record; they become JSON fields or `key=value`. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where the program talks; the format is decided in `src/ui/`. */
export interface Log {
  /** Writes one record, if its level is wanted. */
  (level: LogLevel, message: string, fields?: LogFields): void;
}

/** Who the process is. */
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

/** Everything from outside, in one object. Functions take the part they need (`Pick<Context, …>`). */
export interface Context {
  /** Time. */
  readonly clock: Clock;
  /** Environment variables. */
  readonly env: Environment;
  /** The file system. */
  readonly files: Files;
  /** Child processes. */
  readonly processes: Processes;
  /** HTTP; redirects are never followed by our callers. */
  readonly fetch: typeof fetch;
  /**
   * All addresses of a host name, best first; an address is its own.
   *
   * @throws {Error} If there is none.
   */
  readonly resolve: (hostname: string) => Promise<readonly string[]>;
  /**
   * Resolves as soon as somebody accepts a TCP connection at an address.
   *
   * @throws {Error} If nobody does.
   */
  readonly reach: (address: Address, signal: AbortSignal) => Promise<void>;
  /**
   * TLS to whoever answers at a URL, without looking at the certificate: what `fetch` cannot do.
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
  /** Has `answer` called whenever the user asks how far it is (SIGUSR1). */
  readonly onStatusRequest: (answer: () => void) => void;
  /** Gives permissions of this thread up for good; threads that were started keep theirs. */
  readonly relinquish: (kinds: readonly PermissionKind[]) => void;
}
