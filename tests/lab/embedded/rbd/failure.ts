/**
 * How `rbd` fails: an errno as exit status and texts that scripts parse. The texts are those of
 * Ceph 16.2, verbatim.
 *
 * @module
 */

/** Ends the stand-in with a status and the real program's messages. */
export class RbdFailure extends Error {
  /** Exit status: the errno, as in `rbd`. */
  readonly status: number;

  /** Takes the status and the lines for standard error. */
  constructor(status: number, ...lines: readonly string[]) {
    super(lines.map((line) => `${line}\n`).join(""));
    this.status = status;
  }
}

const ERRNO: Readonly<Record<number, string>> = {
  1: "Operation not permitted",
  2: "No such file or directory",
  5: "Input/output error",
  13: "Permission denied",
  17: "File exists",
  32: "Broken pipe",
  110: "Connection timed out",
};

/** An errno as printed by Ceph: `(2) No such file or directory`. */
export function errno(number: number): string {
  return `(${number}) ${ERRNO[number]}`;
}

/**
 * A line of librados' own log on standard error, followed by an empty line if that is not a
 * terminal.
 */
export function logged(text: string, level = -1): string {
  const time = new Date().toISOString().replace("Z", "+0000");
  return `${time} 7f3c5b365380 ${level < 0 ? level : ` ${level}`} ${text}\n`;
}

/** The last message of every failed connection. */
export const NOT_CONNECTED = "rbd: couldn't connect to the cluster!";

/** Stops this thread; SIGTERM and SIGKILL still end the process. */
export function wait(milliseconds = Infinity): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
