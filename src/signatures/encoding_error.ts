/**
 * The error of the parsers in this directory: malformed bytes.
 *
 * @module
 */

/** The bytes are malformed. Thrown where the context is unknown; the caller adds it. */
export class EncodingError extends Error {
  /** The name of the class, as in stack traces. */
  override readonly name = "EncodingError";
}
