/**
 * Reports as text, for people and for `grep`.
 *
 * @module
 */
import { CHECK_STATUSES, type CheckStatus } from "@/doctor/check.ts";
import type { CheckReport } from "@/doctor/examine.ts";
import { oneLine } from "@/ui/one_line.ts";
import type { Page } from "@/ui/page.ts";
import { hungAt, wrapHint, wrapSentence } from "@/ui/wrap.ts";

/** Minimum width for a text next to the status and the id. */
const WIDE = 72;

/** Width of the longest status and the gap after it. */
const STATUS = 9;

/** A paragraph for each report, and a total. @param page Of unlimited width, it wraps nothing. */
export function renderReports(
  reports: readonly CheckReport[],
  { columns, isColoured }: Page,
): string {
  const width = STATUS + Math.max(...reports.map(({ id }) => id.length)) + 2;
  const lines = reports.flatMap((report) =>
    columns < WIDE ? narrow(report, columns) : wide(report, width, columns)
  );
  const counts = CHECK_STATUSES.map((status) => {
    const count = reports.filter((report) => report.status === status).length;
    return `${count} ${status}`;
  });
  const text = [...lines, counts.join(", ")];
  return (isColoured ? text.map(coloured) : text).join("\n");
}

/** Colours of the basic sixteen, readable on light and dark terminals. */
const COLOURS: Readonly<Record<CheckStatus, string>> = {
  ok: "32",
  warning: "33",
  failure: "1;31",
  skipped: "2",
};

/** Colours the status at the beginning of a report; the words stay for readers without colours. */
function coloured(line: string): string {
  return line.replace(
    /^(?:ok|warning|failure|skipped)(?= )/,
    (status) => `\x1b[${COLOURS[status as CheckStatus]}m${status}\x1b[0m`,
  );
}

function wide(report: CheckReport, width: number, columns: number): readonly string[] {
  const head = `${report.status.padEnd(STATUS)}${report.id}`;
  const lines = linesOf(report, columns - width);
  const [first = "", ...more] = lines;
  const rest = more.map((line) => hungAt(width, line, columns));
  // A word that is longer than its column starts on the next line, where there is room for it.
  if (width + first.length <= columns) return [head.padEnd(width) + first, ...rest];
  return [head, hungAt(width, first, columns), ...rest];
}

function narrow(report: CheckReport, columns: number): readonly string[] {
  const lines = linesOf(report, columns - 2);
  return [`${report.status} ${report.id}`, ...lines.map((line) => hungAt(2, line, columns))];
}

/** Shows details only for problems. */
function linesOf(report: CheckReport, columns: number): readonly string[] {
  const { details, hint, status, summary } = report;
  const isWrong = status === "warning" || status === "failure";
  const remedies = [
    ...isWrong && details !== null ? details.split("\n") : [],
    ...hint === null ? [] : [`hint: ${hint}`],
  ];
  return [
    ...wrapSentence(oneLine(summary), columns),
    ...remedies.flatMap((text) => wrapHint(oneLine(text), columns)),
  ];
}
