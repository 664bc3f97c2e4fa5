/**
 * The public keys whose seals count (`[glance_direct]seal_keys`).
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { type PublicSealKey, readPublicKey } from "@/seals/key.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { MAX_PEM_SIZE } from "@/signatures/certificate.ts";

/** What the configured files hold. */
export interface TrustedKeys {
  /** Those that can be used. */
  readonly keys: readonly PublicSealKey[];
  /** Why the others cannot. */
  readonly problems: readonly ToolError[];
}

/** Reads the keys; one that cannot be read does not take the others along. */
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
      hints: [`make it of the private key: openssl pkey -in KEY.pem -pubout -out ${path}`],
    });
  }
}

/**
 * The text of a key file.
 *
 * @throws {ToolError} `not_found`, `permission_denied` or `io`; `config_invalid`, if it is no small file.
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
