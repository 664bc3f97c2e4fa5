/**
 * What a text result is printed on.
 *
 * @module
 */
import type { Terminal } from "@/context.ts";

/** The width and the abilities of standard output. */
export interface Page {
  /** Columns of the terminal; `Infinity` where there is none, so that `grep` finds whole lines. */
  readonly columns: number;
  /** Whether colours are welcome. */
  readonly isColoured: boolean;
}

/** A page that is no terminal. */
export const ENDLESS: Page = { columns: Infinity, isColoured: false };

/** The page that standard output is. */
export function pageOf(terminal: Pick<Terminal, "columns" | "isOutputTerminal" | "isRich">): Page {
  if (!terminal.isOutputTerminal) return ENDLESS;
  return { columns: terminal.columns(), isColoured: terminal.isRich };
}

/** Text; made for a page where its width matters. */
export type PageText = string | ((page: Page) => string);

/** The text on a page. */
export function textOn(text: PageText, page: Page = ENDLESS): string {
  return typeof text === "string" ? text : text(page);
}
