/**
 * Prometheus' text format, as node_exporter's textfile collector reads it
 * (prometheus.io/docs/instrumenting/exposition_formats): no time stamps, HELP and TYPE once per
 * metric.
 *
 * @module
 */
import { FAMILIES, familyOf } from "@/metrics/families.ts";

/** The value of one series, e.g. of `glance_direct_bytes_total{source="rbd"}`. */
export type Sample = readonly [series: string, value: number];

/** Values by series. */
export type Samples = ReadonlyMap<string, number>;

/** The name of one series. The values of labels are our own, so nothing must be escaped. */
export function series(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
}

const SAMPLE = /^(glance_direct_[a-z_]+(?:\{(?:[a-z_]+="[\w.+-]*",?)+\})?) (\d+(?:\.\d+)?)$/;

/**
 * Reads the output of {@linkcode renderSamples}; anything else is ignored and counts from 0 again.
 */
export function parseSamples(text: string): Samples {
  return new Map(
    text.split("\n").flatMap((line): Sample[] => {
      const [, name = "", value = ""] = SAMPLE.exec(line) ?? [];
      return familyOf(name) === undefined ? [] : [[name, Number(value)]];
    }),
  );
}

/** The text of a file, with the series of a metric in the order of `samples`. */
export function renderSamples(samples: Samples): string {
  const groups = Object.groupBy(samples, ([name]) => familyOf(name)?.name ?? "");
  return FAMILIES.flatMap(({ help, name, type }) => {
    const rows = groups[name] ?? [];
    if (rows.length === 0) return [];
    const lines = rows.map(([name, value]) => `${name} ${value}\n`);
    return [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`, ...lines];
  }).join("");
}
