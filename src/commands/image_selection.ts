/**
 * The images that a command selects: by name, from a list, or by properties in Glance.
 *
 * @module
 */
import { expectFile } from "@/commands/file_argument.ts";
import type { Context, Files } from "@/context.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { waitFor } from "@/wait_for.ts";

/** The criteria for images; each one adds images to the selection. */
export interface Selection {
  /** Ids and unique names. */
  readonly words: readonly string[];
  /** A file with more of them, one per line; `-` is standard input. */
  readonly from?: string | undefined;
  /** Tags that an image must have, all of them. */
  readonly tag: readonly string[];
  /** `key=value` properties that an image must have, all of them. */
  readonly property: readonly string[];
  /** Every public image. */
  readonly allPublic?: true | undefined;
  /** By tag or property, select only images of this project. */
  readonly owner?: string | undefined;
  /** By tag or property, select only these: `public`, `private`, `shared` or `community`. */
  readonly visibility?: string | undefined;
}

/**
 * Refuses an empty selection before any request.
 *
 * @throws {ToolError} `usage`.
 */
export function expectSelection(selection: Selection): void {
  const isEmpty = selection.words.length + queriesOf(selection).length === 0;
  if (isEmpty && selection.from === undefined) throw nothingSelected();
}

/**
 * Finds the images, each once, in the order of the selection.
 *
 * @param onMissing Called for a word or a query without an image; an error it throws ends the
 * search.
 * @throws {ToolError} `usage`, if a property is not `key=value`; else the signal's reason.
 */
export async function selectImages(
  client: Pick<GlanceClient, "find" | "list">,
  context: Pick<Context, "files" | "log" | "terminal">,
  selection: Selection,
  onMissing: (error: ToolError) => void,
  signal: AbortSignal,
): Promise<readonly ImageRecord[]> {
  const words = [...selection.words, ...await listed(context, selection.from, signal)];
  const queries = queriesOf(selection);
  const found = new Map<string, ImageRecord>();
  for (const word of words) {
    const record = await findOr(client, word, onMissing, signal);
    if (record !== undefined) found.set(record.id, record);
  }
  for (const query of queries) {
    const matching: ImageRecord[] = [];
    for await (const record of client.list(query, signal)) matching.push(record);
    if (matching.length === 0) onMissing(nothingMatches(query));
    if (selection.owner === undefined && query.visibility === undefined) {
      warnOfOwners(context, matching);
    }
    for (const record of matching) found.set(record.id, record);
  }
  return [...found.values()];
}

async function findOr(
  client: Pick<GlanceClient, "find">,
  word: string,
  onMissing: (error: ToolError) => void,
  signal: AbortSignal,
): Promise<ImageRecord | undefined> {
  try {
    return await client.find(word, signal);
  } catch (error) {
    onMissing(expectedFailure(error, signal));
  }
}

/** Words of a list, without blank lines and comments ('#'). */
async function listed(
  { files, terminal }: Pick<Context, "files" | "terminal">,
  from: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (from === undefined) return [];
  const text = from === "-" ? await waitFor(terminal.readInput(), signal) : textOfList(files, from);
  return text.split("\n").map((line) => line.replace(/(?:^|\s)#.*/, "").trim())
    .filter((line) => line !== "");
}

function textOfList(files: Pick<Files, "readText" | "stat">, path: string): string {
  expectFile(files, "read", path);
  return files.readText(path);
}

type Query = Readonly<Record<string, readonly string[]>>;

/** Any project can set a tag on its own image that others can see. */
function warnOfOwners({ log }: Pick<Context, "log">, matching: readonly ImageRecord[]): void {
  const owners = new Set(matching.map(({ properties }) => properties.owner ?? "nobody"));
  if (owners.size < 2) return;
  const names = [...owners].sort().join(", ");
  log(
    "warning",
    `Images of ${owners.size} projects match (${names}), and anybody may set a tag: ` +
      "name the one to trust with --owner, or --visibility public",
  );
}

function nothingMatches({ status: _, ...query }: Query): ToolError {
  const wanted = Object.entries(query).flatMap(([name, values]) =>
    values.map((value) => `${name} '${value}'`)
  );
  return new ToolError("not_found", `No active image matches ${wanted.join(" and ")}`, {
    hints: ["what this account can see: openstack image list --long"],
  });
}

function queriesOf(selection: Selection): readonly Query[] {
  const { tag, property, allPublic, owner, visibility } = selection;
  const status = ["active"];
  const properties = Object.fromEntries(property.map(parseProperty));
  const isNarrowed = tag.length + property.length > 0 || owner !== undefined;
  const narrowed = {
    status,
    ...properties,
    ...tag.length > 0 ? { tag } : {},
    ...owner === undefined ? {} : { owner: [owner] },
    ...visibility === undefined ? {} : { visibility: [visibility] },
  };
  return [
    ...isNarrowed ? [narrowed] : [],
    ...allPublic ? [{ status, visibility: ["public"] }] : [],
  ];
}

function parseProperty(text: string): readonly [string, readonly string[]] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), [text.slice(at + 1)]];
  throw new ToolError("usage", `Cannot select by '${text}': it is not 'key=value'`, {
    hints: ["as in --property os_distro=ubuntu"],
  });
}

function nothingSelected(): ToolError {
  return new ToolError("usage", "Cannot prefetch: no image is named", {
    hints: ["name images, or give --from, --tag, --property or --all-public"],
  });
}
