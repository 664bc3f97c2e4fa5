/**
 * `cache verify`: compares the bases with Glance.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { CacheEntry } from "@/cache/list.ts";
import { baseName, cacheDirectory } from "@/cache/paths.ts";
import { imagesByBase, pathOf, surveyCache } from "@/commands/cache_survey.ts";
import { deadline } from "@/commands/deadline.ts";
import { openServices, type Services } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { verifyFile } from "@/transfer/verify_file.ts";
import { type ErrorCode, EXIT_STATUS, expectedFailure, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { fileProof } from "@/ui/file_verdict.ts";
import { renderTable } from "@/ui/table.ts";
import { document } from "@/manual/documentation.ts";

/** The command. */
export function cacheVerifyCommand(run: Run): AnyCommand {
  return document(
    new Command("verify")
      .summary("verify the bases against Glance")
      .description(
        "Reads the cached bases again and compares them with Glance. Exit status 65 if one differs.",
      )
      .argument("[images...]", "ids or unique names (default: all that Glance knows)")
      .option("--subset <percent>", "a random sample of this share of them", parsePercent, 100)
      .action((images, { subset }) => run((session) => verifyCache(session, images, subset))),
    {
      examples: [
        "cache verify",
        "cache verify ubuntu-24.04",
        ["cache verify --subset 10", "from a timer"],
      ],
      exits: [
        [0, "no base differs from its image"],
        [65, "one of them differs, or has no signature that can be trusted"],
        ...[66, 74, 75, 77, 78] as const,
      ],
    },
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
  return render(rows, cacheDirectory(layout));
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

/**
 * At least one if there are several, so that a small share of a small cache still checks something.
 */
function chosen(
  entries: readonly CacheEntry[],
  percent: number,
  random: () => number,
): readonly CacheEntry[] {
  const count = Math.ceil(entries.length * percent / 100);
  return entries.map((entry) => ({ entry, key: random() })).toSorted((a, b) => a.key - b.key)
    .slice(0, count).map(({ entry }) => entry);
}

/** One base. */
interface Row {
  readonly image: { readonly id: string; readonly name: string | null };
  readonly path: string;
  /** Whether it matches the image; `null` if that was not checked. */
  readonly ok: boolean | null;
  /** Why it does not match, or why it could not be checked; `null` if nothing failed. */
  readonly code: ErrorCode | null;
  readonly message: string;
}

/** Failures that mean that the base is wrong. Any other only means that it could not be checked. */
const WRONG: readonly ErrorCode[] = [
  "size_mismatch",
  "digest_mismatch",
  "signature_invalid",
  "format_rejected",
  "io",
  "source_unavailable", // the disk under the base does not give it back
];

const REQUEST = { trustedCerts: [], allowUnhashed: true } as const;

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
    const verdict = await verifyFile(services, record, path, REQUEST, onEvent, signal);
    const ok = verdict.unchecked === null ? true : null;
    return { image, path, ok, code: null, message: fileProof(verdict) };
  } catch (error) {
    const { code, message } = expectedFailure(error, signal);
    return { image, path, ok: WRONG.includes(code) ? false : null, code, message };
  }
}

const VERDICTS = new Map([[true, "ok"], [false, "BAD"], [null, "not checked"]]);

const HEAD = ["IMAGE", "VERDICT", "DETAILS"];

function render(rows: readonly Row[], directory: string): Result {
  const lines = rows.map(({ image, ok, message }) => [
    image.name ?? image.id,
    VERDICTS.get(ok) ?? "",
    message,
  ]);
  return {
    json: rows,
    text: ({ columns }) =>
      lines.length === 0
        ? `There is no base of an image to verify in '${directory}'`
        : renderTable(HEAD, lines, { columns, isProse: true }),
    status: statusOf(rows),
  };
}

/**
 * A wrong base has priority, then a base that could not be checked. A record without a hash is
 * neither.
 */
function statusOf(rows: readonly Row[]): number {
  if (rows.some(({ ok }) => ok === false)) return EXIT_STATUS.digest_mismatch;
  const hindered = rows.find(({ code }) => code !== null && code !== "hash_missing")?.code ?? null;
  return hindered === null ? 0 : EXIT_STATUS[hindered];
}

function parsePercent(text: string): number {
  const value = Number(text.replace(/%$/, ""));
  if (value > 0 && value <= 100) return value;
  throw new ToolError("usage", `Cannot verify '${text}' of the cache: expected a percentage`, {
    hints: ["as in --subset 10%"],
  });
}
