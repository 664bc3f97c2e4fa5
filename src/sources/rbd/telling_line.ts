/**
 * Finds the line of `rbd`'s standard error that helps an operator.
 *
 * @module
 */

/** Patterns in ascending order of usefulness; each one is more specific than rbd's closing line. */
const CAUSES: readonly RegExp[] = [
  /^AuthRegistry.* no keyring found|^librbd::image::OpenRequest/,
  /^monclient(?!.*(?:keyring not found|NOTE:|No supported authentication|Try debugging))/,
  /^global_init|DNS SRV|parse addrs|setting snapshot context|uses unsupported features/,
  /^auth: (?:error|failed to decode|unable to find)|^monclient: Key loading failed/,
];

/** `2026-11-22T14:42:51.123+0000 7f12ab -1 `, the beginning of Ceph's log lines. */
const LOG_PREFIX = /^\d{4}-\d\d-\d\dT\S+ [0-9a-f]+ +-?\d+ /;

/** Where a line begins: threads write into each other's lines. */
const LINE_BREAK = /[\r\n]+|(?=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+\d{4} [0-9a-f]+ +-?\d+ )/;

/** The cause, then `rbd`'s own last message, or just the last line. */
export function tellingLine(stderr: string): string {
  const lines = stderr.split(LINE_BREAK).map((line) => line.replace(LOG_PREFIX, "").trim())
    .filter((line) => line !== "");
  const causes = CAUSES.map((cause) => lines.findLast((line) => cause.test(line)));
  const cause = causes.findLast((line) => line !== undefined);
  const own = lines.findLast((line) => line.startsWith("rbd:"));
  const telling = [cause, own].filter((line) => line !== undefined);
  const shown = [...new Set(telling.length > 0 ? telling : lines.slice(-1))].join("; ");
  return shown === "" ? "it printed nothing" : shown.slice(0, 400);
}
