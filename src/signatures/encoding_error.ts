/**
 * The failure of the readers of this folder: bytes that do not encode what they should.
 *
 * @module
 */

/** The bytes are malformed. Thrown where it is not known of what; the caller says so in its error. */
export class EncodingError extends Error {
  /** The class's name, as stacks print it. */
  override readonly name = "EncodingError";
}
