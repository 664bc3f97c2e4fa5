/**
 * Programs that copy an image to a file: this program in its variants, its peers, and the limits
 * that none can go below.
 *
 * @module
 */
import { CEPH_CONF } from "@lab/ceph/ceph_conf.ts";
import { POOL, PORTS, url } from "@lab/ceph/layout.ts";
import type { BenchImage } from "./bench_images.ts";
import type { BenchHost } from "./bench_host.ts";

/** What a run's own output says better than the clock outside. */
export interface OwnFigures {
  /** Seconds of the download alone. */
  readonly seconds?: number;
  /** CPU seconds of the download alone. */
  readonly cpu?: number;
  /** Bytes that came out of the source. */
  readonly transferred?: number;
}

/** One way to bring an image to a file. */
export interface Contender {
  /** Its name in tables and targets. */
  readonly name: string;
  /** The command line. */
  readonly argv: readonly string[];
  /** Whether it leaves the image in the file; limits need not. */
  readonly writes: boolean;
  /** Whether it can do with a signed image only. @default {false} */
  readonly signed?: boolean;
  /** Reads figures out of standard output. */
  readonly figures: (stdout: string) => OwnFigures;
}

const HERE = import.meta.dirname ?? ".";
const NONE = () => ({});

/** All contenders for an image, by name. */
export function contendersFor(
  host: BenchHost,
  image: BenchImage,
  output: string,
): ReadonlyMap<string, Contender> {
  const all = [...ours(host, image, output), ...peers(image, output), ...limits(image, output)];
  const able = [...all, ...novas(host, image, output)].filter(({ signed }) =>
    !signed || image.signed
  );
  return new Map(able.map((one) => [one.name, one]));
}

function ours(host: BenchHost, { id }: BenchImage, output: string): readonly Contender[] {
  const variant = (name: string, conf: string, ...flags: readonly string[]): Contender => ({
    name: `glance-direct ${name}`,
    argv: [
      host.program,
      "fetch",
      id,
      `--config-file=${conf}`,
      `--output=${output}`,
      "--format=json",
      "--progress=never",
      "--no-fallback",
      ...flags,
    ],
    writes: true,
    figures: transferredOf,
  });
  return [
    variant("rbd", host.plain, "--source=rbd"),
    variant("rbd, plain transfer", host.plainTransfer, "--source=rbd"),
    variant("rbd, --verify size", host.plain, "--source=rbd", "--verify=size"),
    variant("rbd, sealed", host.sealed, "--source=rbd"),
    { ...variant("rbd, signed", host.signed, "--source=rbd"), signed: true },
    variant("HTTP", host.plain, "--source=glance"),
    variant("HTTP, sealed", host.sealed, "--source=glance"),
    variant("HTTP, --verify size", host.plain, "--source=glance", "--verify=size"),
  ];
}

function transferredOf(stdout: string): OwnFigures {
  const { bytes } = JSON.parse(stdout) as { bytes: { transferred: number } };
  return { transferred: bytes.transferred };
}

function peers({ id, size }: BenchImage, output: string): readonly Contender[] {
  const rbd = `rbd export --no-progress --conf ${CEPH_CONF} --id nova ${POOL}/${id}@snap`;
  const source = `rbd:${POOL}/${id}@snap:id=glance:conf=${CEPH_CONF}`;
  const glance = `/usr/bin/python3 ${HERE}/glance_download.py ${url(PORTS.glanceNoauth)}`;
  const whole = () => ({ transferred: size });
  return [
    shell("rbd export && sha512sum", `${rbd} ${output} && sha512sum ${output}`, whole),
    shell(
      "rbd export && sha512sum && sync",
      `${rbd} ${output} && sha512sum ${output} && sync ${output}`,
      whole,
    ),
    shell("rbd export && sha256sum", `${rbd} ${output} && sha256sum ${output}`, whole),
    shell("rbd export | tee | sha512sum", `${rbd} - | tee ${output} | sha512sum`, whole),
    shell("rbd export", `${rbd} ${output}`),
    shell("rbd export && sync", `${rbd} ${output} && sync ${output}`),
    shell("qemu-img convert", `qemu-img convert -f raw -O raw ${source} ${output}`),
    shell("glanceclient", `${glance} ${id} ${output}`, whole),
  ];
}

function shell(name: string, command: string, figures: Contender["figures"] = NONE): Contender {
  return {
    name,
    argv: ["/bin/bash", "-e", "-o", "pipefail", "-c", command],
    writes: true,
    figures,
  };
}

/** The limits, as if everything else cost nothing. */
function limits({ id, size, data }: BenchImage, output: string): readonly Contender[] {
  const diff =
    `rbd export-diff --whole-object --no-progress --conf ${CEPH_CONF} --id nova ${POOL}/${id}@snap -`;
  const script = [Deno.execPath(), "run", "-A", "--quiet", `${HERE}/limit.ts`];
  const pipe = shell("limit: rbd export-diff > /dev/null", `${diff} > /dev/null`);
  return [
    { ...pipe, writes: false },
    { name: "limit: SHA-512", argv: [...script, "hash", `${size}`], writes: false, figures: NONE },
    {
      name: "limit: HTTP > /dev/null",
      argv: [...script, "get", url(PORTS.glanceNoauth, `/v2/images/${id}/file`)],
      writes: false,
      figures: NONE,
    },
    {
      name: "limit: write and fsync",
      argv: [...script, "write", `${data}`, output],
      writes: true,
      figures: NONE,
    },
  ];
}

/** The real nova, whose import and login are not counted. */
function novas(host: BenchHost, { id }: BenchImage, output: string): readonly Contender[] {
  const variant = (name: string, conf: string): Contender => ({
    name: `nova ${name}`,
    argv: ["/usr/bin/python3", `${HERE}/nova_download.py`, `--config-file=${conf}`, id, output],
    writes: true,
    figures: (stdout) => JSON.parse(stdout) as OwnFigures,
  });
  return [
    variant("rbd, unverified", host.nova),
    { ...variant("rbd, signed", host.signed), signed: true },
    variant("HTTP", host.novaHttp),
  ];
}
