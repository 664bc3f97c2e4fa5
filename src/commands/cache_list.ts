/**
 * `cache list`: lists the content of the cache.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { CacheEntry } from "@/cache/list.ts";
import { cacheDirectory } from "@/cache/paths.ts";
import { isRawCopy } from "@/cache/raw_copy.ts";
import { imagesByBase, pathOf, surveyCache } from "@/commands/cache_survey.ts";
import { deadline } from "@/commands/deadline.ts";
import { openServices } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import type { Files } from "@/context.ts";
import { expectedFailure } from "@/errors.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { formatBytes, formatSeconds } from "@/human_units.ts";
import type { Page } from "@/ui/page.ts";
import { renderTable } from "@/ui/table.ts";
import { document } from "@/manual/documentation.ts";

/** The command. */
export function cacheListCommand(run: Run): AnyCommand {
  return document(
    new Command("list")
      .summary("list the cache")
      .description(
        "Lists the cache: the image of each base, the disks that use it, when nova removes it.",
      )
      .option("--no-names", "do not ask Glance for the names of images")
      .action(({ names }) => run((session) => list(session, names))),
    {
      examples: ["cache list", ["cache list --no-names", "ask no service"], "cache list -f json"],
      exits: [0, 74, 75, 77, 78],
    },
  );
}

const HEAD = ["SIZE", "ON DISK", "IN USE", "REMOVABLE", "KIND", "IMAGE", "NAME"];

/**
 * On a narrow terminal the name of the file is shortened first, because `-f json` and completion
 * have it, then the name of the image.
 */
const SHORTEN = [[HEAD.indexOf("NAME"), 9], [HEAD.indexOf("IMAGE"), 12]] as const;

async function list(session: Session, wantNames: boolean): Promise<Result> {
  const { config, context } = session;
  const { entries, layout, unreadable } = surveyCache(config, context.files);
  for (const disk of unreadable) {
    context.log("warning", `Cannot read '${disk}': its base may be used`);
  }
  const images = wantNames ? await knownImages(session) : new Map<string, ImageRecord>();
  const converts = config.get("DEFAULT.force_raw_images");
  const rows = entries.map((entry) => {
    const [path, image] = [pathOf(layout, entry), images.get(entry.name)];
    return row(entry, path, image, convertedOrNull(context.files, image, path, converts));
  });
  const now = context.clock.now();
  const table = entries.map((entry, index) => cells(entry, rows[index]?.image ?? null, now));
  const text = ({ columns }: Page) =>
    table.length === 0
      ? `There is nothing in '${cacheDirectory(layout)}'`
      : renderTable(HEAD, table, { columns, shorten: SHORTEN });
  return { json: rows, text };
}

/** Listing the cache works without Glance; image names are optional. */
async function knownImages(session: Session): Promise<ReadonlyMap<string, ImageRecord>> {
  const signal = deadline(session);
  try {
    using services = await openServices(session, signal);
    return await imagesByBase(services.client, signal);
  } catch (error) {
    const { message } = expectedFailure(error, signal);
    session.context.log("warning", `Cannot show image names: ${message}`);
    return new Map();
  }
}

/** Whether a base is a raw copy of its image; `null` if unknown. */
function convertedOrNull(
  files: Files,
  image: ImageRecord | undefined,
  path: string,
  converts: boolean,
): boolean | null {
  if (image === undefined) return null;
  try {
    return isRawCopy(files, image, path, converts);
  } catch (error) {
    expectedFailure(error);
    return null;
  }
}

function row(
  entry: CacheEntry,
  path: string,
  image: ImageRecord | undefined,
  converted: boolean | null,
) {
  const { name, kind, size, allocated, mtime, users, removableFrom } = entry;
  return {
    name,
    path,
    kind,
    image: image === undefined ? null : { id: image.id, name: image.name },
    converted,
    size,
    allocated,
    mtime: timeOf(mtime),
    in_use: users.length > 0,
    users,
    removable_from: removableFrom === null ? null : timeOf(removableFrom),
  };
}

type ImageName = { readonly id: string; readonly name: string | null } | null;

/** The most important columns come first: a narrow terminal shortens the long names. */
function cells(entry: CacheEntry, image: ImageName, now: number): readonly string[] {
  const { name, kind, size, allocated, users, removableFrom } = entry;
  const left = removableFrom === null ? undefined : (removableFrom - now) / 1000;
  return [
    formatBytes(size),
    formatBytes(allocated),
    users.length === 0 ? "no" : `${users.length}`,
    left === undefined ? "never" : left <= 0 ? "now" : `in ${formatSeconds(left)}`,
    kind,
    image === null ? "-" : image.name ?? image.id,
    name,
  ];
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
