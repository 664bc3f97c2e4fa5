/**
 * The plan of an image in both formats.
 *
 * @module
 */
import type { PlannedSource } from "@/plan/sources.ts";
import type { Plan } from "@/plan/plan.ts";
import { oneLine } from "@/ui/one_line.ts";

/** One source of a plan, for JSON and for tables. */
export interface PlanRow {
  /** Kind of source, or the scheme of a location that nobody reads. */
  readonly source: string;
  /** Where the data is. */
  readonly location: string;
  /** Whether it would be tried. */
  readonly use: boolean;
  /** Why it would not. */
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
export function planLine({ source, location, reason }: PlanRow): string {
  return oneLine(`${source}  ${location}${reason === null ? "" : `  (not used: ${reason})`}`);
}

/** The plan as a numbered list. */
export function renderPlan(
  { record, sources }: Pick<Plan, "record" | "sources">,
): { json: unknown; text: string } {
  const rows = planRows(sources);
  const text = rows.map((row, index) => `${index + 1}. ${planLine(row)}`).join("\n");
  return { json: { image: { id: record.id, name: record.name }, plan: rows }, text };
}
