/**
 * The figures as Markdown for a reader; the underlying numbers go out as JSON.
 *
 * @module
 */
import type { Standing } from "./duel.ts";
import type { Judged } from "./targets.ts";

/** What was measured on one image. */
export interface Chapter {
  /** Which image, in words. */
  readonly title: string;
  /** One entry for each contender. */
  readonly standings: readonly Standing[];
  /** Promises and whether they are kept. */
  readonly judged: readonly Judged[];
  /** Load average before and after: above the number of processors, others had a share. */
  readonly load: readonly [before: number, after: number];
}

/** A chapter as Markdown. */
export function renderChapter({ title, standings, judged, load }: Chapter): string {
  const [before, after] = load.map((value) => value.toFixed(1));
  return [
    `### ${title}`,
    `Load average ${before} before, ${after} after.`,
    table(
      ["who", "seconds", "noise", "CPU s", "memory", "of it ours", "through the pipe", "on disk"],
      standings.map(row),
    ),
    table(["target", "ratio", "at most", ""], judged.map(target)),
  ].join("\n\n");
}

function row(one: Standing): readonly string[] {
  return [
    one.name,
    one.seconds.toFixed(2),
    `${Math.round(one.noise * 100)} %`,
    one.cpu.toFixed(2),
    size(one.treeMemory),
    one.name.startsWith("glance-direct") ? size(one.ownMemory) : "",
    size(one.transferred),
    size(one.allocated),
  ];
}

function target({ ours, peer, of, ratio, most, met }: Judged): readonly string[] {
  const what = of === "cpu" ? "CPU of " : "";
  return [`${what}${ours} / ${peer}`, ratio.toFixed(2), `${most}`, met ? "met" : "**missed**"];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((cells) => line(cells.map(escape)))]
    .join("\n");
}

function escape(cell: string): string {
  return cell.replaceAll("|", "\\|");
}

function size(bytes: number | null): string {
  return bytes === null ? "" : `${Math.round(bytes / (1 << 20))} MiB`;
}
