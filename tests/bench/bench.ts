/**
 * `deno task bench`: the compiled program beside its peers on the Ceph lab, in one run.
 *
 *     deno task bench [--only dense,long,tiny,thin,vast,thick,sha256,qcow2,small] [--who REGEXP]
 *       [--runs 5] [--scale 1] [--json FILE]
 *
 * Markdown goes to standard output, everything behind it into the JSON file. The first run makes and
 * uploads the images (18 GiB in the lab, about 5 minutes); `--scale 0.05` is a smoke test.
 *
 * Caches are alike for everybody: the image is read once before, so that the cluster has in memory what
 * fits; each run begins without the output file, with nothing left to be written down and with no memory
 * free but what the page cache gives up, as on a host that has run for a while. Of all
 * contenders only glance-direct, nova's HTTP path and those that say "sync" wait for the disk.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { run } from "@lab/ceph/command.ts";
import { say, step } from "@lab/ceph/wait.ts";
import {
  type BenchImage,
  denseImage,
  longImage,
  qcow2Image,
  sha256Image,
  smallImages,
  thickImage,
  thinImage,
  tinyImage,
  vastImage,
} from "./bench_images.ts";
import { type BenchHost, makeBenchHost } from "./bench_host.ts";
import { type Chapter, renderChapter } from "./bench_report.ts";
import { type Contender, contendersFor } from "./contenders.ts";
import { duel } from "./duel.ts";
import { measure } from "./measure.ts";
import { smallContenders } from "./small_images.ts";
import { judge, TARGETS } from "./targets.ts";

interface Settings {
  readonly runs: number;
  readonly scale: number;
  /** Which contenders run. */
  readonly who: RegExp;
}

type Measurement = (host: BenchHost, settings: Settings) => Promise<Chapter>;

const READS = "limit: rbd export-diff > /dev/null";

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  dense: (...on) => measured("dense", "1 GiB of noise, raw", denseImage, ...on),
  long: (...on) => measured("long", "4 GiB of noise, raw", longImage, ...on),
  tiny: (...on) => measured("tiny", "1 MiB of noise, raw", tinyImage, ...on),
  thin: (...on) => measured("thin", "10 GiB with 0.5 GiB of data, stored thin", thinImage, ...on),
  vast: (...on) => measured("vast", "100 GiB with 2 GiB of data, stored thin", vastImage, ...on),
  thick: (...on) =>
    measured("thick", "10 GiB with 0.5 GiB of data, stored with its zeros", thickImage, ...on),
  sha256: (...on) =>
    measured("sha256", "the same, hashed with SHA-256 by Glance", sha256Image, ...on),
  qcow2: (...on) => measured("qcow2", "0.5 GiB of noise, qcow2", qcow2Image, ...on),
  small,
};

async function measured(
  name: string,
  title: string,
  make: (scale: number) => Promise<BenchImage>,
  host: BenchHost,
  { runs, scale, who }: Settings,
): Promise<Chapter> {
  const image = await make(scale);
  const output = `${host.directory}/image`;
  await seal(host, image.id);
  const all = contendersFor(host, image, output);
  await measure(all.get(READS)?.argv ?? []);
  const chosen = [...all.values()].filter((one) => who.test(one.name));
  return await chapter(name, title, chosen, runs, output, host);
}

/** What the pipeline of images does once; no contender's time. */
async function seal({ plain, program, sealKey, seals }: BenchHost, id: string): Promise<void> {
  const config = `--config-file=${plain}`;
  await step(
    "seal",
    () => run([program, "seal", id, "--key", sealKey, "-o", seals, config], { seconds: 600 }),
  );
}

async function small(host: BenchHost, { runs, scale }: Settings): Promise<Chapter> {
  const images = await smallImages(scale);
  const contenders = await smallContenders(host, images);
  const title = `${images.length} images of 20 MiB`;
  return await chapter("small", title, contenders, runs, "", host);
}

async function chapter(
  name: string,
  title: string,
  contenders: readonly Contender[],
  runs: number,
  output: string,
  { memory }: BenchHost,
): Promise<Chapter> {
  await say(`${title}: ${contenders.length} contenders, ${runs} runs each`);
  const before = load();
  const standings = await duel(contenders, runs, output, memory);
  const judged = judge(standings, TARGETS[name] ?? []);
  return { title, standings, judged, load: [before, load()] };
}

/** Load average of the last minute. */
function load(): number {
  return Deno.loadavg()[0] ?? 0;
}

/** The requested measurements, in their own order. @throws {Error} If one is unknown. */
function chosenOf(only: string | undefined): readonly Measurement[] {
  const names = only?.split(",") ?? Object.keys(MEASUREMENTS);
  const unknown = names.find((name) => !(name in MEASUREMENTS));
  if (unknown === undefined) {
    return Object.entries(MEASUREMENTS).filter(([name]) => names.includes(name)).map(([, m]) => m);
  }
  throw new Error(`Cannot measure '${unknown}': there are ${Object.keys(MEASUREMENTS).join(", ")}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      runs: { type: "string", default: "5" },
      scale: { type: "string", default: "1" },
      who: { type: "string", default: "" },
      json: { type: "string", default: "dist/bench.json" },
    },
  });
  const chosen = chosenOf(values.only);
  const chapters: Chapter[] = [];
  await using host = await makeBenchHost();
  const settings = {
    runs: Number(values.runs),
    scale: Number(values.scale),
    who: new RegExp(values.who),
  };
  for (const measurement of chosen) {
    const chapter = await measurement(host, settings);
    chapters.push(chapter);
    await Deno.stdout.write(new TextEncoder().encode(`${renderChapter(chapter)}\n\n`));
  }
  await Deno.writeTextFile(values.json, `${JSON.stringify({ settings, chapters }, null, 2)}\n`);
}
