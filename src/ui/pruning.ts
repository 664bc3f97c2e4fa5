/**
 * The result of `cache prune`: for each file that stays, the reason and how to remove it.
 *
 * @module
 */
import type { CacheEntry } from "@/cache/list.ts";
import { GRACE, type PruneRules, type Removal, type Stay } from "@/cache/prune.ts";
import { formatBytes, formatSeconds } from "@/human_units.ts";
import { oneLine } from "@/ui/one_line.ts";
import type { Page } from "@/ui/page.ts";
import { hangingParts } from "@/ui/wrap.ts";

/** What was done. */
export interface PruningDone {
  /** The cache directory. */
  readonly directory: string;
  /** Files that were removed, or would be. */
  readonly removed: readonly Removal[];
  /** What is not. */
  readonly stays: readonly Stay[];
  /** The requested limits. */
  readonly rules: PruneRules;
  /** Whether nothing was changed. */
  readonly isDryRun: boolean;
}

/** A paragraph for each file, removed ones first, and a total. */
export function renderPruning(done: PruningDone, { columns }: Pick<Page, "columns">): string {
  const { directory, isDryRun, removed, rules, stays } = done;
  const verb = isDryRun ? "would remove" : "removed";
  const freed = removed.reduce((sum, { entry }) => sum + entry.allocated, 0);
  const left = stays.reduce((sum, { entry }) => sum + entry.allocated, 0);
  const lines = [
    ...removed.map(({ entry, reason }) => [...headOf(verb, entry), reason]),
    ...stays.map(({ entry, reason }) => [
      ...headOf(isDryRun ? "would keep" : "kept", entry),
      ...stayParts({ entry, reason }, rules),
    ]),
    [
      `${formatBytes(freed)} ${isDryRun ? "would be freed" : "freed"},`,
      `${formatBytes(left)} ${isDryRun ? "would stay" : "stay"}${limitText(rules)}`,
      `in ${directory}`,
    ],
  ];
  return lines.map((parts) => hangingParts(parts.map(oneLine), columns)).join("\n");
}

function headOf(verb: string, { allocated, name }: CacheEntry): readonly string[] {
  return [`${verb} ${name}`, `(${formatBytes(allocated)}):`];
}

function limitText({ maxSize }: PruneRules): string {
  return maxSize === undefined ? "" : ` (--max-size: ${formatBytes(maxSize)})`;
}

/** Why it stays, then how to remove it. */
export function stayParts({ entry, reason }: Stay, rules: PruneRules): readonly string[] {
  const { kind, mtime, users } = entry;
  const age = (rules.now - mtime) / 1000;
  const seconds = (milliseconds: number) => formatSeconds(milliseconds / 1000);
  const used = `last used ${formatSeconds(age)} ago`;
  switch (reason) {
    case "in_use":
      return [
        `in use by ${users[0]}${users.length > 1 ? ` and ${users.length - 1} more` : ""};`,
        "removed when its instances are deleted",
      ];
    case "use_unknown":
      return [
        "a disk that cannot be read may depend on it;",
        "run as a user who can read the disks",
      ];
    case "keep":
      return ["kept by --keep;", "omit that option to remove it"];
    case "just_used":
      return [
        `${used}, less than ${seconds(GRACE)}: an instance may be about to use it;`,
        `run again in ${formatSeconds(GRACE / 1000 - age)}`,
      ];
    case "young":
      return [
        `${used}, --max-age is ${seconds(rules.maxAge ?? 0)};`,
        "lower --max-age, or add --max-size",
      ];
    case "fits":
      return ["the cache fits into --max-size without removing it;", "lower --max-size"];
    case "no_limit":
      return ["no limit was given;", "add --max-age or --max-size"];
    case "not_a_base":
      return [KINDS[kind] ?? "not a base file; remove it by hand if nobody needs it"];
    case "busy":
      return ["another process is using or replacing it;", "run again"];
  }
}

/** The text for files that are not bases. */
const KINDS: Partial<Record<CacheEntry["kind"], string>> = {
  ephemeral: "an ephemeral disk; nova removes it when it is unused and old",
  swap: "a swap disk; nova removes it when it is unused and old",
  part: "nova is downloading it, or its download was interrupted: remove it by hand then",
  converted: "nova is converting it, or was interrupted: remove it by hand then",
  temporary: "a running process is writing it",
};
