/**
 * The one line of a terminal that is drawn again and again. Everything else that is written goes above
 * it, so that a warning neither sticks to a bar nor is overwritten by one.
 *
 * @module
 */
import type { Terminal } from "@/context.ts";

/** A line that is taken away before anything else is written. The cursor is never hidden. */
export class StatusLine {
  readonly #terminal: Pick<Terminal, "err" | "isRich">;
  #shown = "";
  #isOver = false;

  /** Draws on standard error. */
  constructor(terminal: Pick<Terminal, "err" | "isRich">) {
    this.#terminal = terminal;
  }

  /** Shows a text in place of the one before. It must fit into a line. */
  draw(text: string): void {
    if (this.#isOver) return;
    const { err, isRich } = this.#terminal;
    err(isRich ? `\r${text}\x1b[K` : `\r${text.padEnd(this.#shown.length)}`);
    this.#shown = text;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown === "") return;
    const { err, isRich } = this.#terminal;
    err(isRich ? "\r\x1b[K" : `\r${" ".repeat(this.#shown.length)}\r`);
    this.#shown = "";
  }

  /** Writes whole lines, above what is shown. */
  above(write: () => void): void {
    const shown = this.#shown;
    this.clear();
    write();
    if (shown !== "") this.draw(shown);
  }

  /** Takes the line away for good, and the `^C` that the terminal has put on it. */
  end(): void {
    this.clear();
    if (this.#terminal.isRich) this.#terminal.err("\r\x1b[K");
    this.#isOver = true;
  }
}
