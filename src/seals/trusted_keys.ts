/**
 * The public keys of trusted seals (`[glance_direct]seal_keys`).
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { type PublicSealKey, readPublicKey } from "@/seals/key.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { MAX_PEM_SIZE } from "@/signatures/certificate.ts";

/** The valid keys of the configured files, and why other keys are not valid. */
export type TrustedKeys = {
  readonly keys: readonly PublicSealKey[];
  readonly problems: readonly ToolError[];
};

/** Reads the keys; an unreadable one does not affect the others. */
export function readTrustedKeys(
  files: Pick<Files, "readText" | "stat">,
  paths: readonly string[],
): TrustedKeys {
  const read = paths.map((path) => keyAt(files, path));
  return {
    keys: read.flatMap((one) => one instanceof ToolError ? [] : [one]),
    problems: read.flatMap((one) => one instanceof ToolError ? [one] : []),
  };
}

function keyAt(files: Pick<Files, "readText" | "stat">, path: string): PublicSealKey | ToolError {
  try {
    return readPublicKey(readKeyFile(files, path));
  } catch (error) {
    if (error instanceof ToolError) return error;
    if (!(error instanceof EncodingError)) throw error;
    return new ToolError("config_invalid", `Cannot use the key '${path}': ${error.message}`, {
      hints: [`make it from the private key: openssl pkey -in KEY.pem -pubout -out ${path}`],
    });
  }
}

/**
 * The text of a key file.
 *
 * @throws {ToolError} `not_found`, `permission_denied` or `io`; `config_invalid`, if it is not a
 * small regular file.
 */
export function readKeyFile(files: Pick<Files, "readText" | "stat">, path: string): string {
  const info = files.stat(path);
  if (info !== undefined && (!info.isFile || info.size > MAX_PEM_SIZE)) {
    throw new ToolError(
      "config_invalid",
      `Cannot read the key '${path}': it is not a file of at most ${MAX_PEM_SIZE} bytes`,
    );
  }
  return files.readText(path);
}
