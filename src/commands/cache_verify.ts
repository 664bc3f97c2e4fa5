/**
 * `cache verify`: the bases against Glance.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { BuiltCommand } from "@/commands/command.ts";
import type { CacheEntry } from "@/cache/list.ts";
import { baseName, imagesByBase, pathOf, surveyCache } from "@/commands/cache_survey.ts";
import { deadline } from "@/commands/deadline.ts";
import { openServices, type Services } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { type FileVerdict, verifyFile } from "@/transfer/verify_file.ts";
import { EXIT_STATUS, throwIfAborted, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { proof } from "@/ui/fetch_result.ts";
import { renderTable } from "@/ui/table.ts";
import { document, type Documentation } from "@/manual/documentation.ts";

/** The command. */
export function cacheVerifyCommand(run: Run): BuiltCommand {
  return document(
    new Command("verify")
      .summary("verify the bases against Glance")
      .description(
        "Reads the cached bases again and compares them with Glance. Exit status 65 if one differs.",
      )
      .argument("[images...]", "ids or unique names (default: all that Glance knows)")
      .option("--subset <percent>", "only so many of them, chosen by chance", parsePercent, 100)
      .action((images, { subset }) => run((session) => verifyCache(session, images, subset))),
    DOCUMENTATION,
  );
}

async function verifyCache(
  session: Session,
  words: readonly string[],
  percent: number,
): Promise<Result> {
  const { config, context } = session;
  const signal = deadline(session);
  using services = await openServices(session, signal);
  const { entries, layout } = surveyCache(config, context.files);
  const images = await imagesOf(services, words, signal);
  const bases = entries.filter(({ kind, name }) => kind === "base" && images.has(name));
  const rows: Row[] = [];
  for (const entry of chosen(bases, percent, context.random)) {
    const image = images.get(entry.name)!;
    rows.push(await verifyOne(session, services, image, pathOf(layout, entry), signal));
  }
  const unknown = words.length > 0
    ? []
    : entries.filter(({ kind, name }) => kind === "base" && !images.has(name));
  for (const { name } of unknown) {
    context.log("warning", `No image of Glance has the base '${name}'`);
  }
  return render(rows);
}

async function imagesOf(
  { client }: Services,
  words: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ImageRecord>> {
  if (words.length === 0) return await imagesByBase(client, signal);
  const images = new Map<string, ImageRecord>();
  for (const word of words) {
    const image = await client.find(word, signal);
    images.set(baseName(image.id), image);
  }
  return images;
}

/** At least one of several, so that a small share of a small cache still checks something. */
function chosen(
  entries: readonly CacheEntry[],
  percent: number,
  random: () => number,
): readonly CacheEntry[] {
  const count = Math.ceil(entries.length * percent / 100);
  return entries.map((entry) => ({ entry, key: random() })).toSorted((a, b) => a.key - b.key)
    .slice(0, count).map(({ entry }) => entry);
}

interface Row {
  readonly image: { readonly id: string; readonly name: string | null };
  readonly path: string;
  readonly ok: boolean;
  readonly code: string | null;
  readonly message: string;
}

async function verifyOne(
  session: Session,
  services: Services,
  record: ImageRecord,
  path: string,
  signal: AbortSignal,
): Promise<Row> {
  const image = { id: record.id, name: record.name };
  using shown = session.progress.of(record);
  try {
    const { onEvent } = shown;
    const verdict = await verifyFile(services, record, path, [], onEvent, signal);
    return { image, path, ok: true, code: null, message: said(verdict) };
  } catch (error) {
    throwIfAborted(signal);
    if (!(error instanceof ToolError)) throw error;
    return { image, path, ok: false, code: error.code, message: error.message };
  }
}

function said({ converted, verified }: FileVerdict): string {
  return converted ? "made raw: size and format are right" : proof(verified);
}

function render(rows: readonly Row[]): Result {
  const bad = rows.some(({ code }) => code !== null);
  const lines = rows.map(({ image, ok, message }) => [
    image.name ?? image.id,
    ok ? "ok" : "BAD",
    message,
  ]);
  return {
    json: rows,
    text: renderTable(["IMAGE", "VERDICT", "DETAILS"], lines),
    status: bad ? EXIT_STATUS.digest_mismatch : 0,
  };
}

function parsePercent(text: string): number {
  const value = Number(text.replace(/%$/, ""));
  if (value > 0 && value <= 100) return value;
  throw new ToolError("usage", `Cannot verify '${text}' of the cache: it is no share`, {
    hints: ["as in --subset 10%"],
  });
}

const DOCUMENTATION: Documentation = {
  examples: ["cache verify", "cache verify ubuntu-24.04", [
    "cache verify --subset 10",
    "from a timer",
  ]],
  exits: [
    [0, "every base that was read is right"],
    [65, "one of them differs"],
    66,
    74,
    75,
    77,
    78,
  ],
};
