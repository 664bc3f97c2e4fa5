/**
 * The page that a text result is printed on.
 *
 * @module
 */
import type { Terminal } from "@/context.ts";

/** The width and the capabilities of standard output. */
export interface Page {
  /** Columns of the terminal; `Infinity` without one, so that `grep` finds whole lines. */
  readonly columns: number;
  /** Whether to use colours. */
  readonly isColoured: boolean;
}

/** A page that is not a terminal. */
export const ENDLESS: Page = { columns: Infinity, isColoured: false };

/** The page of standard output. */
export function pageOf(terminal: Pick<Terminal, "columns" | "isOutputTerminal" | "isRich">): Page {
  if (!terminal.isOutputTerminal) return ENDLESS;
  return { columns: terminal.columns(), isColoured: terminal.isRich };
}

/** Columns of standard error; `Infinity` without a terminal, so that a log has whole lines. */
export function errorColumns(terminal: Pick<Terminal, "columns" | "isTerminal">): number {
  return terminal.isTerminal ? terminal.columns() : Infinity;
}

/** Text, or a function of the page if its width matters. */
export type PageText = string | ((page: Page) => string);

/** The text on a page. */
export function textOn(text: PageText, page: Page = ENDLESS): string {
  return typeof text === "string" ? text : text(page);
}
