/**
 * A terminal that remembers what was written, and shows what a person would see.
 *
 * @module
 */
import type { Terminal } from "@/context.ts";

/** `ESC [K` as one character. */
const ERASE = "\ue000";

/** Standard error of a test. */
export class FakeTerminal implements Pick<Terminal, "columns" | "err" | "isRich" | "isTerminal"> {
  readonly isRich: boolean;
  readonly isTerminal: boolean;
  /** Every write, in order. */
  readonly writes: string[] = [];
  readonly #columns: number;

  /** @param isRich Whether cursor movement is welcome. */
  constructor({ columns = 80, isRich = true, isTerminal = true } = {}) {
    this.#columns = columns;
    this.isRich = isRich;
    this.isTerminal = isTerminal;
  }

  columns(): number {
    return this.#columns;
  }

  /** A property, which callers may take it off the object. */
  readonly err = (text: string): void => void this.writes.push(text);

  /** Lines on the screen: `\r` goes back and overwrites, `ESC [K` empties the rest of the line. */
  screen(): readonly string[] {
    const lines = [""];
    let at = 0;
    for (const part of this.writes.join("").replaceAll("\x1b[K", ERASE)) {
      const line = lines.pop() ?? "";
      if (part === "\n") lines.push(line.trimEnd(), "");
      else if (part === ERASE) lines.push(line.slice(0, at));
      else if (part === "\r") lines.push(line);
      else lines.push(line.slice(0, at) + part + line.slice(at + 1));
      at = part === "\n" || part === "\r" ? 0 : part === ERASE ? at : at + 1;
    }
    return lines.map((line) => line.trimEnd());
  }
}
