/**
 * The result of a fetch in both formats.
 *
 * @module
 */
import { formatBytes, formatSeconds } from "@/human_units.ts";
import type { Attempt, FetchResult, Verified } from "@/transfer/result.ts";
import { imageName } from "@/ui/image_name.ts";
import { oneLine } from "@/ui/one_line.ts";
import type { Page } from "@/ui/page.ts";
import { hangingParts } from "@/ui/wrap.ts";

/** Lines: what was done, why other sources were not used, and, last, the path of the file. */
export function renderFetch(
  result: FetchResult,
): { json: FetchResult; text: (page: Pick<Page, "columns">) => string } {
  const lines = [summaryParts(result), ...passedOver(result.attempts)];
  const text = ({ columns }: Pick<Page, "columns">) =>
    [...lines.map((parts) => hangingParts(parts.map(oneLine), columns)), result.path].join("\n");
  return { json: result, text };
}

/** What was done, in one line. */
export function fetchSummary(result: FetchResult): string {
  return oneLine(summaryParts(result).join(" "));
}

/** Parts that are not broken on a narrow terminal. */
function summaryParts(result: FetchResult): readonly string[] {
  const { attempts, bytes, image, outcome, seconds, source, verified } = result;
  const name = `${imageName(image)}:`;
  if (outcome === "cached") {
    return [name, "already cached,", `${formatBytes(bytes.allocated)} on disk`];
  }
  const transfer = formatSeconds(attempts.findLast((one) => one.outcome === "ok")?.seconds ?? 0);
  const total = formatSeconds(seconds);
  return [
    name,
    ...sizes(result),
    `${formatBytes(bytes.allocated)} on disk,`,
    `from ${source} in ${total}${transfer === total ? ";" : ""}`,
    ...transfer === total ? [] : [`(transfer ${transfer});`],
    proof(verified),
  ];
}

/** The image's size, and the file's if it differs after a conversion. */
function sizes({ bytes, image }: FetchResult): readonly string[] {
  if (bytes.file === bytes.image) return [`${formatBytes(bytes.image)},`];
  const from = `${formatBytes(bytes.image)} of ${image.disk_format ?? "the image"}`;
  return [from, `converted to ${formatBytes(bytes.file)} of raw,`];
}

/** Why a source was not used, once for each reason. */
function passedOver(attempts: readonly Attempt[]): readonly (readonly string[])[] {
  const lines = attempts.filter(({ outcome }) => outcome !== "ok")
    .map(({ message, outcome, source }) => `${source} ${outcome}: ${message}`);
  return [...new Set(lines)].map((line) => [line]);
}

/** What was verified, in words. */
export function proof({ hash, signature, format }: Verified): string {
  const parts = [
    hash === null ? "size verified" : hashed(hash),
    ...signature === null ? [] : [signed(signature)],
    ...format === null ? [] : [`format ${format.detected}`],
  ];
  return parts.join(", ");
}

function hashed({ algorithm, seal }: NonNullable<Verified["hash"]>): string {
  return `${algorithm} verified${seal === undefined ? "" : " by seal"}`;
}

function signed(signature: NonNullable<Verified["signature"]>): string {
  const { certificate, hash, key_type: keyType, subject } = signature;
  return `signature by '${subject}' (${keyType} over ${hash}, certificate ${certificate})`;
}
