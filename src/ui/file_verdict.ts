/**
 * The result of verifying a file, in words.
 *
 * @module
 */
import type { FileVerdict } from "@/transfer/verify_file.ts";
import { proof } from "@/ui/fetch_result.ts";

/** What was verified, and what could not be. */
export function fileProof({ converted, unchecked, verified }: FileVerdict): string {
  const said = converted ? rawProof(unchecked === null) : proof(verified);
  return unchecked === null ? said : `${said}; not checked: ${unchecked}`;
}

/** Glance's hash is over the image, not over the disk in it. */
function rawProof(isSized: boolean): string {
  return isSized ? "converted to raw, size and format verified" : "converted to raw";
}
