/**
 * The table "Proven on" in README: a line for each release, between two comments.
 *
 * @module
 */
import type { Proof } from "./results.ts";

const [BEGIN, END] = ["<!-- proven -->", "<!-- /proven -->"];

/** Names of the columns with versions. */
export const VERSIONS = ["nova", "Ceph", "Glance", "Python"] as const;

const HEAD = [
  `| Debian | ${VERSIONS.join(" | ")} | suite: passed, failed | last run |`,
  `| --- | ${VERSIONS.map(() => "---").join(" | ")} | --- | --- |`,
];

/**
 * A document with an updated table. A release without a run keeps its line.
 *
 * @param proofs By name of the release, in the order of the table.
 * @throws {Error} If the document has no place for it.
 */
export function withTable(document: string, proofs: Readonly<Record<string, Proof>>): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`No place for the table: '${BEGIN}', '${END}'`);
  const before = document.slice(begin, end).split("\n");
  const lines = Object.entries(proofs).flatMap(([release, proof]) =>
    lineOf(release, proof) ?? before.find((line) => line.startsWith(`| ${release} `)) ?? []
  );
  const table = [BEGIN, "", ...HEAD, ...lines, "", ""].join("\n");
  return document.slice(0, begin) + table + document.slice(end);
}

/** The line of a release with a run. */
function lineOf(release: string, { versions, suites }: Proof): string | undefined {
  const results = Object.entries(suites);
  if (results.length === 0) return undefined;
  const sums = results.map(([name, { passed, failed }]) => `${name}: ${passed}, ${failed}`);
  const date = results.map(([, { date }]) => date).sort().at(-1);
  const known = VERSIONS.map((name) => versions[name] ?? "");
  return `| ${[release, ...known, sums.join("; "), date].join(" | ")} |`;
}
