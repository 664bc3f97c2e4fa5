/**
 * The plan of an image in both formats.
 *
 * @module
 */
import type { PlannedSource } from "@/plan/sources.ts";
import type { Plan } from "@/plan/plan.ts";
import type { Target } from "@/plan/target.ts";
import { formatBytes } from "@/human_units.ts";
import { imageName } from "@/ui/image_name.ts";
import { oneLine } from "@/ui/one_line.ts";
import type { PageText } from "@/ui/page.ts";
import { hangingParts } from "@/ui/wrap.ts";

/** One source of a plan, for JSON and for tables. */
export interface PlanRow {
  /** Kind of source, or the scheme of a location that is not supported. */
  readonly source: string;
  /** Location of the data. */
  readonly location: string;
  /** Whether it would be tried. */
  readonly use: boolean;
  /** Why it would not be tried. */
  readonly reason: string | null;
}

/** The plan as rows. */
export function planRows(sources: readonly PlannedSource[]): readonly PlanRow[] {
  return sources.map((source) => {
    const reason = source.use ? null : source.reason.message;
    return { source: source.kind, location: source.label, use: source.use, reason };
  });
}

/** A row in words. */
export function planLine(row: PlanRow): string {
  return oneLine(planParts(row).join("  "));
}

function planParts({ source, location, reason }: PlanRow): readonly string[] {
  return [source, location, ...reason === null ? [] : [`(not used: ${reason})`]];
}

/**
 * The plan as a numbered list, below the image and where it would go.
 *
 * @param cached The existing base file, which makes the plan unnecessary. @default none
 */
export function renderPlan(
  { record, sources, target }: Pick<Plan, "record" | "sources" | "target">,
  cached: string | null = null,
): { json: unknown; text: PageText } {
  const rows = planRows(sources);
  const lines = [
    [`${imageName(record)}:`, ...cached === null ? wouldWrite(record, target) : CACHED],
    [target.kind === "file" ? pathOf(target) : "standard output"],
    ...rows.map((row, index) => [`${index + 1}.`, ...planParts(row)]),
  ];
  const { id, name, size } = record;
  const json = { image: { id, name, size }, path: pathOf(target), cached, plan: rows };
  const text: PageText = ({ columns }) =>
    lines.map((parts) => hangingParts(parts.map(oneLine), columns)).join("\n");
  return { json, text };
}

const CACHED = ["already cached,", "nothing would be transferred", "(without --force)"];

function wouldWrite({ diskFormat, size }: Plan["record"], target: Target): readonly string[] {
  const isRaw = target.kind === "file" && target.raw !== null;
  const amount = size === null ? "of unknown size" : formatBytes(size);
  return [
    `${amount}${diskFormat === null ? "," : ` of ${diskFormat},`}`,
    ...isRaw ? ["converted to raw,"] : [],
    "would be written to",
  ];
}

/** As `path` of a fetch's result. */
function pathOf(target: Target): string {
  return target.kind === "file" ? target.publication.path : "-";
}
