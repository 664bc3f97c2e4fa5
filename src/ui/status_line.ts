/**
 * The one line of a terminal that is redrawn. All other output goes above it, so that a warning is
 * neither appended to a bar nor overwritten by one.
 *
 * @module
 */
import type { Terminal } from "@/context.ts";

/** A line that is cleared before anything else is written. The cursor is never hidden. */
export class StatusLine {
  readonly #terminal: Pick<Terminal, "err" | "isRich">;
  #shown = "";
  #isOver = false;

  /** Draws on standard error. */
  constructor(terminal: Pick<Terminal, "err" | "isRich">) {
    this.#terminal = terminal;
  }

  /** Replaces the text. It must fit on a line. */
  draw(text: string): void {
    if (this.#isOver) return;
    const { err, isRich } = this.#terminal;
    err(isRich ? `\r${text}\x1b[K` : `\r${text.padEnd(this.#shown.length)}`);
    this.#shown = text;
  }

  /** Clears the line. */
  clear(): void {
    if (this.#shown === "") return;
    const { err, isRich } = this.#terminal;
    err(isRich ? "\r\x1b[K" : `\r${" ".repeat(this.#shown.length)}\r`);
    this.#shown = "";
  }

  /** Writes whole lines above the current one. */
  above(write: () => void): void {
    const shown = this.#shown;
    this.clear();
    write();
    if (shown !== "") this.draw(shown);
  }

  /** Clears the line for good, including the `^C` that the terminal has printed on it. */
  end(): void {
    this.clear();
    if (this.#terminal.isRich) this.#terminal.err("\r\x1b[K");
    this.#isOver = true;
  }
}
