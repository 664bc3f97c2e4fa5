/**
 * The plan of an image in both formats.
 *
 * @module
 */
import type { PlanEntry } from "@/plan/plan.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
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
export function planRows(plan: readonly PlanEntry[]): readonly PlanRow[] {
  return plan.map((entry) =>
    entry.use
      ? { source: entry.source.kind, location: entry.source.label, use: true, reason: null }
      : { source: entry.kind, location: entry.label, use: false, reason: entry.reason.message }
  );
}

/** A row in words. */
export function planLine({ source, location, reason }: PlanRow): string {
  return oneLine(`${source}  ${location}${reason === null ? "" : `  (not used: ${reason})`}`);
}

/** The plan as a numbered list. */
export function renderPlan(
  record: ImageRecord,
  plan: readonly PlanEntry[],
): { json: unknown; text: string } {
  const rows = planRows(plan);
  const text = rows.map((row, index) => `${index + 1}. ${planLine(row)}`).join("\n");
  return { json: { image: { id: record.id, name: record.name }, plan: rows }, text };
}
