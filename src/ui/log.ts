/**
 * Log records as text, JSON lines, or lines for the journal.
 *
 * @module
 */
import { type Clock, type Log, LOG_LEVELS, type LogFields, type LogLevel } from "@/context.ts";
import { oneLine } from "@/ui/one_line.ts";
import { hangingHint, hangingParts } from "@/ui/wrap.ts";

/** The format of records. */
export const LOG_FORMATS = ["auto", "text", "json", "journald"] as const;

/** One of {@linkcode LOG_FORMATS}. */
export type LogFormat = typeof LOG_FORMATS[number];

/** The parts of a log. */
export interface LogOptions {
  /** The format of records; never `auto` here. */
  readonly format: Exclude<LogFormat, "auto">;
  /** The least severe level to write. */
  readonly level: LogLevel;
  /** Writes one whole record. */
  readonly write: (text: string) => void;
  /** Time, for JSON records. */
  readonly clock: Clock;
  /** Width of the terminal, for text; `Infinity` keeps a record on one line. */
  readonly columns: () => number;
}

/** Priorities of sd-daemon(3). */
const PRIORITY: Readonly<Record<LogLevel, number>> = {
  error: 3,
  warning: 4,
  setback: 4,
  hint: 5,
  info: 6,
  debug: 7,
  trace: 7,
};

/** Only the program distinguishes a setback; users see a warning. */
function wordOf(level: LogLevel): LogLevel {
  return level === "setback" ? "warning" : level;
}

/**
 * Lines for the journal, each with the priority of the level, because the journal takes every line
 * for a record.
 */
export function journalLines(level: LogLevel, text: string): string {
  return text.replaceAll(/^(?=.)/gm, `<${PRIORITY[level]}>`);
}

/** Makes a log. Each record is one write; otherwise the journal would split it. */
export function makeLog({ format, level, write, clock, columns }: LogOptions): Log {
  const wanted = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1);
  const render = {
    text: (level: LogLevel, message: string, fields: LogFields) =>
      textRecord(level, `${message}${suffix(fields)}`, columns()),
    journald: journalRecord,
    json: (level: LogLevel, message: string, fields: LogFields) =>
      jsonRecord(
        { type: "log", time: new Date(clock.now()).toISOString(), level: wordOf(level), message },
        fields,
      ),
  }[format];
  return (level, message, fields = {}) => {
    if (wanted.includes(level)) write(`${render(level, oneLine(message), fields)}\n`);
  };
}

/** Every JSON line of standard error has a type; a field of a record cannot imitate another. */
function jsonRecord(record: LogFields, fields: LogFields): string {
  return JSON.stringify({ ...record, ...fields, ...record });
}

function textRecord(level: LogLevel, message: string, columns: number): string {
  const head = level === "info" ? "glance-direct:" : `glance-direct: ${wordOf(level)}:`;
  return level === "hint"
    ? hangingHint(head, message, columns)
    : hangingParts([`${head} ${message}`], columns);
}

/** The journal has its own clock; it takes the priority from the prefix (sd-daemon(3)). */
function journalRecord(level: LogLevel, message: string, fields: LogFields): string {
  return journalLines(level, `${message}${suffix(fields)}`);
}

function suffix(fields: LogFields): string {
  return Object.entries(fields).map(([key, value]) => ` ${key}=${value}`).join("");
}
