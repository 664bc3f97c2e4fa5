/**
 * PEM, the textual encoding of certificates and keys (RFC 7468).
 *
 * @module
 */
import { decodeBase64 } from "@/signatures/base64.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** What may stand between BEGIN and END. */
export type PemLabel = "CERTIFICATE" | "PUBLIC KEY" | "PRIVATE KEY";

const BLOCK: Readonly<Record<PemLabel, RegExp>> = {
  "CERTIFICATE": /-----BEGIN (CERTIFICATE|X509 CERTIFICATE)-----([^-]*)-----END \1-----/,
  "PUBLIC KEY": /-----BEGIN (PUBLIC KEY)-----([^-]*)-----END \1-----/,
  "PRIVATE KEY": /-----BEGIN (PRIVATE KEY)-----([^-]*)-----END \1-----/,
};

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}$/;

/**
 * The bytes of the first block with this label in a text; what stands around it is for people.
 *
 * @throws {EncodingError} If there is none, or it is no base64.
 */
export function decodePem(text: string, label: PemLabel = "CERTIFICATE"): Uint8Array {
  const body = BLOCK[label].exec(text)?.[2];
  if (body === undefined) throw new EncodingError("it is not in PEM format");
  // Blanks at the end are not left to the pattern: two ways to match them take quadratic time.
  const bytes = BASE64.test(body.trimEnd()) ? decodeBase64(body) : null;
  if (bytes === null) throw new EncodingError("the PEM text is not base64");
  return bytes;
}
