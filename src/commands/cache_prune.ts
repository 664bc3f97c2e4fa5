/**
 * `cache prune`: removes what is left over, old, or too much.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { BuiltCommand } from "@/commands/command.ts";
import { findCacheUse } from "@/cache/in_use.ts";
import { findLeftovers, removeLeftover } from "@/cache/leftovers.ts";
import { choosePruned, type Removal } from "@/cache/prune.ts";
import { baseName, type CacheSurvey, pathOf, surveyCache } from "@/commands/cache_survey.ts";
import { deadline } from "@/commands/deadline.ts";
import { collect } from "@/commands/fetch_options.ts";
import { flagValue } from "@/commands/flag_value.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { parseDuration, parseSize } from "@/config/units.ts";
import type { Context, FileLock } from "@/context.ts";
import { lockBase } from "@/cache/base_lock.ts";
import { isImageId } from "@/openstack/glance/image.ts";
import { ToolError } from "@/errors.ts";
import { formatBytes } from "@/human_units.ts";
import { document, type Documentation } from "@/manual/documentation.ts";

/** The command. */
export function cachePruneCommand(run: Run): BuiltCommand {
  return document(
    new Command("prune")
      .summary("remove what is left over, old or too much")
      .description(
        "Removes what dead runs left and, where asked, bases that no disk depends on.\n" +
          "A base in use is never removed.",
      )
      .option(
        "--max-size <size>",
        "remove the least recently used until the cache fits",
        flagValue("--max-size", parseSize),
      )
      .option(
        "--max-age <duration>",
        "remove what was not wanted for so long",
        flagValue("--max-age", parseDuration),
      )
      .option("--keep <id>", "keep the base of this image (repeat)", collect, [])
      .option("--dry-run", "say what would be removed, and stop")
      .action((flags) => run((session) => prune(session, flags))),
    DOCUMENTATION,
  );
}

interface PruneFlags {
  readonly maxSize?: number | null;
  readonly maxAge?: number;
  readonly keep: readonly string[];
  readonly dryRun?: true | undefined;
}

async function prune(session: Session, flags: PruneFlags): Promise<Result> {
  const { config, context } = session;
  const signal = deadline(session);
  const survey = surveyCache(config, context.files);
  const removals = await choose(session, survey, flags);
  const removed: Removal[] = [];
  for (const removal of removals) {
    if (flags.dryRun || await remove(context, survey, removal, signal)) removed.push(removal);
  }
  return render(survey, removed, flags.dryRun ?? false);
}

async function choose(
  { context: { clock, files, log } }: Session,
  { entries, layout, unreadable }: CacheSurvey,
  flags: PruneFlags,
): Promise<readonly Removal[]> {
  const now = clock.now();
  const leftovers = await findLeftovers(files, layout, entries, now);
  const keep = new Set(flags.keep.map(keptName));
  for (const disk of unreadable) {
    log("warning", `Cannot read '${disk}': no base is removed, because it may be the one it needs`);
  }
  // What is not known to be unused counts as used.
  const limits = unreadable.length > 0
    ? {}
    : { maxAge: flags.maxAge, maxSize: flags.maxSize ?? undefined };
  return choosePruned(entries, leftovers, { ...limits, keep, now });
}

function keptName(id: string): string {
  if (isImageId(id)) return baseName(id);
  throw new ToolError("usage", `Cannot keep '${id}': it is no image id`, {
    hints: ["find the id: openstack image list"],
  });
}

/** Milliseconds to wait for the turn to make a base: who has it longer wants the base. */
const PATIENCE = 1000;

/** Looks once more before it removes: somebody may have begun to use, or to write, what was chosen. */
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

function render({ layout }: CacheSurvey, removed: readonly Removal[], dryRun: boolean): Result {
  const freed = removed.reduce((sum, { entry }) => sum + entry.allocated, 0);
  const rows = removed.map(({ entry, reason }) => ({
    name: entry.name,
    path: pathOf(layout, entry),
    kind: entry.kind,
    allocated: entry.allocated,
    reason,
  }));
  const verb = dryRun ? "would remove" : "removed";
  const lines = rows.map(({ path, allocated, reason }) =>
    `${verb} ${path} (${reason}, ${formatBytes(allocated)})`
  );
  const text = [...lines, `${formatBytes(freed)} ${dryRun ? "would be freed" : "freed"}`].join(
    "\n",
  );
  return { json: { removed: rows, freed, dry_run: dryRun }, text };
}

const DOCUMENTATION: Documentation = {
  examples: [
    "cache prune --dry-run",
    "cache prune --max-size 200G --max-age 30d",
    "cache prune --max-age 7d --keep 3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11",
  ],
  exits: [0, 64, 74, 75, 77, 78],
};
