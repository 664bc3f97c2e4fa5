/**
 * The failure of an image's signature.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/** A `signature_invalid` error about an image, with the reason after the colon. */
export function signatureError(
  image: string,
  reason: string,
  hints: readonly string[] = [],
): ToolError {
  return new ToolError(
    "signature_invalid",
    `Cannot verify the signature of image '${image}': ${reason}`,
    { hints },
  );
}
