/**
 * The longest delays of the program, measured on the real daemons: the README lists them, and the
 * outage tests check them. Each measurement leaves the lab broken; `restore` repairs it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { mon, osd } from "@lab/ceph/ceph_cluster.ts";
import { cephConf, monitorAt } from "@lab/ceph/ceph_conf.ts";
import { DENSE, QCOW2 } from "@lab/ceph/images.ts";
import { at, write } from "@lab/ceph/layout.ts";
import type { NovaOptions } from "@lab/ceph/nova_conf.ts";
import { until } from "@lab/ceph/wait.ts";
import type { Attempt } from "@/transfer/result.ts";
import { ComputeHost, untilExporting } from "./compute_host.ts";
import { failureOf, type Running } from "./tool.ts";

/** `rbd_connect_timeout` of every measurement, in seconds. */
const CONNECT = 3;
/** `--stall-timeout` of every measurement, in seconds. */
const STALL = 4;

const FLAGS = [`--stall-timeout=${STALL}s`, "--retries=0"];

/** Slow enough that a transfer of {@linkcode DENSE} is under way when a measurement strikes. */
export const SLOW = "--limit-rate=32M";

/** A promise about time. {@linkcode DENSE} and {@linkcode QCOW2} must be in Glance. */
export interface Bound {
  /** What happens. */
  readonly what: string;
  /** Seconds that the program may take for it. */
  readonly limit: number;
  /** Makes it happen and returns the seconds that it took. */
  readonly measure: () => Promise<number>;
}

/** Every bound. */
export const BOUNDS: readonly Bound[] = [
  {
    what: `no monitor listens, rbd_connect_timeout ${CONNECT} s: until HTTP is tried`,
    limit: CONNECT + 2,
    async measure() {
      const conf = at("run", "unreachable.conf");
      // Nothing listens on port 1, nor on 2: the connection is refused, and Ceph tries again and again.
      await write(conf, cephConf(monitorAt(1, 2)));
      return await untilFallback({ cephConf: conf });
    },
  },
  {
    what: `the monitor hangs, rbd_connect_timeout ${CONNECT} s: until HTTP is tried`,
    limit: CONNECT + 2,
    async measure() {
      await mon.pause();
      return await untilFallback();
    },
  },
  {
    what: `the OSD is dead, --stall-timeout ${STALL} s: until HTTP is tried`,
    limit: STALL + 2,
    async measure() {
      await osd.kill();
      return await untilFallback();
    },
  },
  {
    what: `the OSD is killed during the transfer, --stall-timeout ${STALL} s: until the end`,
    limit: STALL + 2,
    measure: () => untilEnd(() => osd.kill(), 75),
  },
  {
    what: `the OSD hangs during the transfer, --stall-timeout ${STALL} s: until the end`,
    limit: STALL + 2,
    measure: () => untilEnd(() => osd.pause(), 75),
  },
  {
    what: "SIGTERM during the transfer: until the end, rbd included",
    limit: 1,
    measure: () => untilEnd((running) => running.kill("SIGTERM"), 143),
  },
  {
    what: "SIGTERM while rbd hangs on the OSD: until the end, rbd included",
    limit: 1,
    async measure() {
      await using host = await ComputeHost.make();
      await osd.pause();
      const running = host.begin(QCOW2.id);
      await untilExporting(QCOW2.id);
      return await secondsToEnd(host, QCOW2.id, running, () => running.kill("SIGTERM"), 143);
    },
  },
];

/** Seconds that a fetch spends on `rbd` before it turns to Glance, whatever comes of that. */
async function untilFallback(options: NovaOptions = {}): Promise<number> {
  await using host = await ComputeHost.make({ connectTimeout: CONNECT, ...options });
  const ended = await host.fetch(QCOW2.id, ...FLAGS);
  const { attempts } = ended.status === 0
    ? JSON.parse(ended.stdout) as { readonly attempts: readonly Attempt[] }
    : failureOf(ended);
  const [first, second] = attempts ?? [];
  assertEquals([first?.source, first?.code, second?.source], ["rbd", "timeout", "glance"]);
  await host.assertLeft(QCOW2.id, ended.status === 0 ? "the image" : "nothing");
  return first?.seconds ?? Infinity;
}

/** Seconds from a strike in the middle of a transfer by `rbd` to the end of the program. */
async function untilEnd(
  strike: (running: Running) => void | Promise<void>,
  status: number,
): Promise<number> {
  // What rbd has read ahead still comes, at the rate that the transfer is held to.
  const more = "[glance_direct]\nrbd_concurrent_ops = 1\n";
  await using host = await ComputeHost.make({ connectTimeout: CONNECT, more });
  const running = host.begin(DENSE.id, SLOW, "--source=rbd", ...FLAGS);
  await until("file that grows in the cache", () => host.holdsBytes());
  return await secondsToEnd(host, DENSE.id, running, () => strike(running), status);
}

async function secondsToEnd(
  host: ComputeHost,
  id: string,
  running: Running,
  strike: () => void | Promise<void>,
  status: number,
): Promise<number> {
  const begun = performance.now();
  await strike();
  const ended = await running.ended;
  const seconds = (performance.now() - begun) / 1000;
  assertEquals([ended.status, failureOf(ended).exit_status], [status, status], ended.stderr);
  await host.assertLeft(id, "nothing");
  return seconds;
}
