/**
 * The metrics: their names are a contract with dashboards and alerts.
 *
 * @module
 */

/** Every metric, in the order of the file. */
export const FAMILIES = [
  {
    name: "glance_direct_fetches_total",
    type: "counter",
    help: "Images asked for, by the source that served them and how it ended.",
  },
  {
    name: "glance_direct_bytes_total",
    type: "counter",
    help: "Bytes over the wire, failed attempts included.",
  },
  {
    name: "glance_direct_fetch_seconds",
    type: "histogram",
    help: "Wall time of fetched images, by the source that served them.",
  },
  {
    name: "glance_direct_fallbacks_total",
    type: "counter",
    help: "Sources that were given up for the next one, by error code.",
  },
  {
    name: "glance_direct_verification_failures_total",
    type: "counter",
    help: "Attempts that ended with wrong data, by error code.",
  },
  {
    name: "glance_direct_cache_bytes",
    type: "gauge",
    help: "Disk that nova's image cache takes, holes not counted.",
  },
  {
    name: "glance_direct_cache_images",
    type: "gauge",
    help: "Base files in nova's image cache.",
  },
  {
    name: "glance_direct_last_success_timestamp_seconds",
    type: "gauge",
    help: "When an image was last fetched or found cached, since the epoch.",
  },
] as const;

/** One metric: its name, its type in Prometheus' text format, and its description. */
export type Family = typeof FAMILIES[number];

/** The metric of a series; a histogram has `_bucket`, `_sum` and `_count`. */
export function familyOf(series: string): Family | undefined {
  const name = series.replace(/\{.*/, "");
  const base = name.replace(/_(?:bucket|sum|count)$/, "");
  return FAMILIES.find((family) =>
    family.type === "histogram" ? base !== name && family.name === base : family.name === name
  );
}
