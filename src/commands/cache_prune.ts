/**
 * `cache prune`: removes leftovers, old files, and files beyond a size limit.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { findCacheUse } from "@/cache/in_use.ts";
import { findLeftovers, removeLeftover } from "@/cache/leftovers.ts";
import { baseName, cacheDirectory } from "@/cache/paths.ts";
import {
  choosePruned,
  type PruneRules,
  type Pruning,
  type Removal,
  type Stay,
} from "@/cache/prune.ts";
import { type CacheSurvey, pathOf, surveyCache } from "@/commands/cache_survey.ts";
import { deadline } from "@/commands/deadline.ts";
import { collect } from "@/commands/fetch_options.ts";
import { flagValue } from "@/commands/flag_value.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { parseDuration, parseSize } from "@/config/units.ts";
import type { Context, FileLock } from "@/context.ts";
import { lockBase } from "@/cache/base_lock.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { isImageId } from "@/openstack/glance/image.ts";
import { ToolError } from "@/errors.ts";
import { type PruningDone, renderPruning } from "@/ui/pruning.ts";
import { document } from "@/manual/documentation.ts";

/** The command. */
export function cachePruneCommand(run: Run): AnyCommand {
  return document(
    new Command("prune")
      .summary("remove leftovers, old and surplus bases")
      .description(
        "Removes leftovers of dead runs and, with a limit, bases that no disk depends on.\n" +
          "A base in use is never removed.",
      )
      .option(
        "--max-size <size>",
        "remove the least recently used until the cache fits",
        // Not null, because commander would turn it into an empty text, which is less than any
        // size.
        flagValue("--max-size", (text) => parseSize(text) ?? Infinity),
      )
      .option(
        "--max-age <duration>",
        "remove bases not used for longer than this",
        flagValue("--max-age", parseDuration),
      )
      .option("--keep <image-id>", "keep the base of this image (repeat)", collect, [])
      .option("--dry-run", "print what would be removed, and stop")
      .action((flags) => run((session) => prune(session, flags))),
    {
      examples: [
        "cache prune --dry-run",
        "cache prune --max-size 200G --max-age 30d",
        "cache prune --max-age 7d --keep 3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11",
      ],
      exits: [0, 64, 74, 75, 77, 78],
    },
  );
}

interface PruneFlags {
  readonly maxSize?: number;
  readonly maxAge?: number;
  readonly keep: readonly string[];
  readonly dryRun?: true | undefined;
}

async function prune(session: Session, flags: PruneFlags): Promise<Result> {
  const { config, context } = session;
  const signal = deadline(session);
  const survey = surveyCache(config, context.files);
  const rules = rulesOf(flags, survey, context.clock.now());
  const { removals, stays } = await choose(context, survey, rules);
  const removed: Removal[] = [];
  const busy: Stay[] = [];
  for (const removal of removals) {
    const isGone = flags.dryRun || await remove(context, survey, removal, signal);
    if (isGone) removed.push(removal);
    else busy.push({ entry: removal.entry, reason: "busy" });
  }
  const isDryRun = flags.dryRun ?? false;
  return render(survey, { removed, stays: [...busy, ...stays], rules, isDryRun });
}

function rulesOf(flags: PruneFlags, { unreadable }: CacheSurvey, now: number): PruneRules {
  return {
    maxAge: flags.maxAge,
    maxSize: flags.maxSize === Infinity ? undefined : flags.maxSize,
    keep: new Set(flags.keep.map(keptName)),
    isUseKnown: unreadable.length === 0,
    now,
  };
}

async function choose(
  { files, log }: Context,
  { entries, layout, unreadable }: CacheSurvey,
  rules: PruneRules,
): Promise<Pruning> {
  for (const disk of unreadable) {
    log("warning", `Cannot read '${disk}': no base is removed, because it may depend on one`);
  }
  const leftovers = await findLeftovers(files, layout, entries, rules.now);
  return choosePruned(entries, leftovers, rules);
}

function keptName(id: string): string {
  if (isImageId(id)) return baseName(id);
  throw new ToolError("usage", `Cannot keep '${id}': it is not an image id`, {
    hints: ["find the id: openstack image list"],
  });
}

/** Milliseconds to wait for the lock of a base: a process that holds it longer uses the base. */
const PATIENCE = 1000;

/** Checks again before removing: another process may have begun to use or write the file. */
async function remove(
  context: Context,
  { layout }: CacheSurvey,
  { entry, reason }: Removal,
  signal: AbortSignal,
): Promise<boolean> {
  const { files } = context;
  const path = pathOf(layout, entry);
  if (reason === "left over") return await removeLeftover(files, path, entry);
  using turn = await turnWithin(context, path, signal);
  if (turn === undefined) return false;
  const { unreadable, users } = findCacheUse(files, layout);
  const isUnused = unreadable.length === 0 && !users.has(entry.name);
  const isSame = files.lstat(path)?.mtime === entry.mtime;
  if (isUnused && isSame) files.remove(path);
  return isUnused && isSame;
}

async function turnWithin(
  context: Context,
  path: string,
  signal: AbortSignal,
): Promise<FileLock | undefined> {
  try {
    return await lockBase(context, path, PATIENCE, signal);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "locked") throw error;
    return undefined;
  }
}

function render(
  { layout }: CacheSurvey,
  { isDryRun, removed, rules, stays }: Omit<PruningDone, "directory">,
): Result {
  const rows = (files: readonly (Removal | Stay)[]) =>
    files.map(({ entry, reason }) => ({
      name: entry.name,
      path: pathOf(layout, entry),
      kind: entry.kind,
      allocated: entry.allocated,
      reason,
    }));
  const freed = removed.reduce((sum, { entry }) => sum + entry.allocated, 0);
  const done = { directory: cacheDirectory(layout), isDryRun, removed, rules, stays };
  return {
    json: { removed: rows(removed), kept: rows(stays), freed, dry_run: isDryRun },
    text: (page) => renderPruning(done, page),
  };
}
