/**
 * `deno task bench:figures`: what the program costs beside its transfers. Start-up and a cached image
 * need no Ceph; the memory of a fetch of 4 GiB is taken on the real lab, and so is how long a broken
 * cluster holds the program up: only when asked for, because it breaks the lab and mends it.
 *
 *     deno task bench:figures [--runs 5] [--only start,memory,sizes,bounds]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startLab } from "@lab/embedded/lab.ts";
import { dense, type ImageContent, noise, sparse } from "@lab/embedded/content.ts";
import { EmbeddedGlance } from "@lab/embedded/glance.ts";
import { FSID, POOL } from "@lab/ceph/layout.ts";
import { DENSE, makeImages, QCOW2 } from "@lab/ceph/images.ts";
import { restore } from "@lab/ceph/lab.ts";
import { upload } from "@lab/ceph/seed.ts";
import { BOUNDS } from "../ceph/bounds.ts";
import { putImage, removeImage } from "../ceph/rbd_image.ts";
import { compiledProgram, makeBenchHost } from "./bench_host.ts";
import { longImage } from "./bench_images.ts";
import { contendersFor } from "./contenders.ts";
import { measure, type Measured } from "./measure.ts";
import { median, spread } from "./statistics.ts";

interface Figure {
  readonly what: string;
  readonly values: readonly number[];
  readonly unit: "ms" | "MiB" | "s";
  /** What no value may exceed. */
  readonly limit?: number;
}

/** Bytes of each of the three pieces of data in an image of holes. */
const DATA = 16 << 20;

/** Runs a command several times and takes one figure of each run. */
async function figure(
  what: string,
  unit: Figure["unit"],
  argv: readonly string[],
  runs: number,
  output?: string,
): Promise<Figure> {
  const take = unit === "ms"
    ? ({ seconds }: Measured) => seconds * 1000
    : ({ ownMemory }: Measured) => ownMemory / (1 << 20);
  const values: number[] = [];
  for (let run = 0; run < runs; run++) values.push(take(await measure(argv, output)));
  return { what, unit, values };
}

/** `--version`, a long nova.conf, and an image that is there already. */
async function startFigures(runs: number): Promise<readonly Figure[]> {
  const program = await compiledProgram();
  await using lab = startLab();
  const { id } = lab.addImage({ content: dense(noise(1 << 20)) });
  const long = `${lab.directory}/long.conf`;
  await Deno.writeTextFile(long, longConf(await Deno.readTextFile(lab.novaConf)));
  const fetch = [program, "fetch", id, `--config-file=${lab.novaConf}`, "--source=glance", "-q"];
  await measure(fetch);
  return [
    await figure("--version", "ms", [program, "--version"], runs),
    await figure("config show", "ms", [
      program,
      "config",
      "show",
      `--config-file=${lab.novaConf}`,
    ], runs),
    await figure("config show, nova.conf of 3,000 lines", "ms", [
      program,
      "config",
      "show",
      `--config-file=${long}`,
    ], runs),
    await figure("fetch of an image that is cached", "ms", fetch, runs),
  ];
}

/** The file, with as many comments and options of others as a deployment tool leaves in it. */
function longConf(conf: string): string {
  const filler = Array.from(
    { length: 1000 },
    (_, n) => `# about option ${n}\n#\nname${n} = ${n}\n`,
  );
  return `${conf}\n[oslo_messaging_rabbit]\n${filler.join("")}`;
}

/** Peak memory of the program itself (`VmHWM`) while it fetches 4 GiB. */
async function memoryFigures(runs: number): Promise<readonly Figure[]> {
  await using host = await makeBenchHost();
  const output = `${host.directory}/image`;
  const contenders = contendersFor(host, await longImage(1), output);
  const figures: Figure[] = [];
  for (const way of ["rbd", "rbd, plain transfer", "HTTP"]) {
    const argv = contenders.get(`glance-direct ${way}`)?.argv ?? [];
    figures.push(await figure(`memory, 4 GiB by ${way}`, "MiB", argv, runs, output));
  }
  return figures;
}

/** The same for images of ever more holes: memory must not grow with them. Nobody hashes 100 GiB here. */
async function sizeFigures(runs: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const gib of [1, 10, 100]) {
    const size = gib * 2 ** 30;
    const content = sparse(size, { 0: DATA, [size / 2]: DATA, [size - DATA]: DATA });
    const id = crypto.randomUUID();
    await putImage(id, content, "thin");
    try {
      figures.push(await sizeFigure(id, content, `memory, ${gib} GiB by rbd, --verify size`, runs));
    } finally {
      await removeImage(id, "thin");
    }
  }
  return figures;
}

async function sizeFigure(
  id: string,
  content: ImageContent,
  what: string,
  runs: number,
): Promise<Figure> {
  await using glance = new EmbeddedGlance();
  glance.add({ id, content, hashed: false, url: `rbd://${FSID}/${POOL}/${id}/snap` });
  await using host = await makeBenchHost(`[glance]\nendpoint_override = ${glance.url}\n`);
  const output = `${host.directory}/image`;
  const image = { id, size: content.size, data: 3 * DATA, diskFormat: "raw" } as const;
  const ours = contendersFor(host, image, output).get("glance-direct rbd, --verify size");
  return await figure(what, "MiB", ours?.argv ?? [], runs, output);
}

/** How long a broken cluster, or a signal, holds the program up. */
async function boundFigures(runs: number): Promise<readonly Figure[]> {
  Deno.env.set("GLANCE_DIRECT_BIN", await compiledProgram());
  await makeImages();
  for (const image of [DENSE, QCOW2]) await upload(image);
  const figures: Figure[] = [];
  for (const { what, limit, measure } of BOUNDS) {
    const values: number[] = [];
    for (let run = 0; run < runs; run++) {
      values.push(await measure().finally(restore));
    }
    figures.push({ what, unit: "s", values, limit });
  }
  return figures;
}

function line({ what, unit, values, limit }: Figure): string {
  const noise = Math.round(spread(values) * 100);
  const digits = unit === "s" ? 1 : 0;
  const worst = limit === undefined
    ? ""
    : `, at most ${Math.max(...values).toFixed(1)} (bound ${limit} s)`;
  const figure = `${median(values).toFixed(digits)} ${unit}${worst}`;
  return `| ${what} | ${figure} | ${values.length} | ${noise} % |\n`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "start,memory,sizes" },
      runs: { type: "string", default: "5" },
    },
  });
  const runs = Number(values.runs);
  const load = Deno.loadavg()[0]?.toFixed(1);
  const figures = [
    ...values.only.includes("start") ? await startFigures(runs) : [],
    ...values.only.includes("memory") ? await memoryFigures(runs) : [],
    ...values.only.includes("sizes") ? await sizeFigures(runs) : [],
    ...values.only.includes("bounds") ? await boundFigures(runs) : [],
  ];
  const head =
    `Load average ${load}\n\n| what | median | runs | noise |\n| --- | ---: | ---: | ---: |\n`;
  await Deno.stdout.write(new TextEncoder().encode(head + figures.map(line).join("")));
}
