/**
 * What the fuzz tests know about a parser, and its inputs.
 *
 * @module
 */
import { world } from "../doubles/world.ts";

/** One parser. */
export interface Parser {
  /** What it reads. */
  readonly name: string;
  /** Reads; may throw a {@linkcode Parser.refusal}. */
  readonly parse: (input: string) => unknown;
  /** Sound inputs; bytes as one character each. */
  readonly samples: readonly string[];
  /** What the grammar knows. */
  readonly words: readonly string[];
  /** Inputs that once took very long. */
  readonly worst?: readonly string[];
  /** Milliseconds that one input may take, where that is more than usual. */
  readonly longest?: number;
  /** Input is bytes: no character above 255. */
  readonly binary?: true;
  /** The one class of its errors. @default {ToolError} */
  readonly refusal?: new (...args: never[]) => Error;
}

/** Id of an image, a certificate or a cluster. */
export const ID = "3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11";

/** The world outside of the parsers. */
export const outside = world();

/** How an answer is read. */
export const reading = {
  action: "GET 'http://lab'",
  signal: new AbortController().signal,
  timeoutMs: 1000,
};

/** The bytes of a text that has one character for each. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index) & 0xff);

/** A text with one character for each byte. */
export const textOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
