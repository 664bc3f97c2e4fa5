/**
 * The result of a fetch in both formats.
 *
 * @module
 */
import type { FetchResult, Verified } from "@/transfer/result.ts";
import { formatBytes, formatSeconds } from "@/ui/format.ts";
import { oneLine } from "@/ui/one_line.ts";

/** One line that says what was done, and one that says where it is. */
export function renderFetch(result: FetchResult): { json: FetchResult; text: string } {
  return { json: result, text: `${oneLine(summary(result))}\n${result.path}` };
}

function summary({ image, outcome, source, bytes, verified, seconds }: FetchResult): string {
  const name = image.name === null ? image.id : `${image.name} (${image.id})`;
  if (outcome === "cached") {
    return `${name}: already cached, ${formatBytes(bytes.allocated)} on disk`;
  }
  const sizes = `${formatBytes(bytes.image)}, ${formatBytes(bytes.allocated)} on disk`;
  return `${name}: ${sizes}, from ${source} in ${formatSeconds(seconds)}; ${proof(verified)}`;
}

/** What was checked, in words. */
export function proof({ hash, signature, format }: Verified): string {
  const parts = [
    hash === null ? "size verified" : `${hash.algorithm} verified`,
    ...signature === null ? [] : [signed(signature)],
    ...format === null ? [] : [`format ${format.detected}`],
  ];
  return parts.join(", ");
}

function signed(signature: NonNullable<Verified["signature"]>): string {
  const { certificate, hash, key_type: keyType, subject } = signature;
  return `signature by '${subject}' (${keyType} over ${hash}, certificate ${certificate})`;
}
