/**
 * The plan of an image in both formats.
 *
 * @module
 */
import type { PlanEntry } from "@/download/plan.ts";
import type { ImageRecord } from "@/glance/image.ts";

/** A line for each source: whether it would be used, and why not. */
export function renderPlan(
  record: ImageRecord,
  plan: readonly PlanEntry[],
): { json: unknown; text: string } {
  const rows = plan.map((entry) =>
    entry.use
      ? { source: entry.source.kind, location: entry.source.label, use: true, reason: null }
      : { source: entry.kind, location: entry.label, use: false, reason: entry.reason.message }
  );
  const lines = rows.map(({ source, location, reason }, index) =>
    `${index + 1}. ${source}  ${location}${reason === null ? "" : `  (not used: ${reason})`}`
  );
  return {
    json: { image: { id: record.id, name: record.name }, plan: rows },
    text: lines.join("\n"),
  };
}
