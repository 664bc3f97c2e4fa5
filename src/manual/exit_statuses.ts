/**
 * The meaning of each exit status: the one text for help, the manual page and the tests.
 *
 * @module
 */
import type { ErrorCode, EXIT_STATUS } from "@/errors.ts";

/** An exit status of the program. */
export type ExitStatus = 0 | (typeof EXIT_STATUS)[ErrorCode];

/** When the program exits with a status; a code without a text is a type error here. */
export const EXIT_MEANINGS: Readonly<Record<ExitStatus, string>> = {
  0: "done",
  64: "a flag or an argument is wrong",
  65: "size, hash, signature or format is wrong, or missing where it is required",
  66: "there is no such image or file",
  69: "every source failed for a lasting reason",
  70: "a bug: the stack is shown, please report it",
  73: "a file cannot be created: no space, or read-only",
  74: "reading or writing failed",
  75: "a time-out, a busy server or a held lock: worth repeating",
  77: "Keystone, Glance, Ceph or the file system does not permit it",
  78: "a configuration file or a value in it is wrong",
  130: "interrupted by SIGINT, after cleaning up",
  141: "the reader of standard output, such as 'head', has closed it",
  143: "ended by SIGTERM, after cleaning up",
};
