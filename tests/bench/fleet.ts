/**
 * `deno task bench:fleet`: what happens when a whole fleet prefetches the same image, and what to set.
 *
 *     deno task bench:fleet [--size GIB] [--cluster GBIT] [--host GBIT]
 *
 * A model and no measurement: the cluster's bandwidth is shared equally (see `fleet_model.ts`).
 *
 * @module
 */
import { parseArgs } from "node:util";
import {
  type Course,
  evenStarts,
  type Fleet,
  randomStarts,
  simulate,
  usefulWindow,
} from "./fleet_model.ts";

const GIB = 2 ** 30;
/** Bytes a second of a Gbit/s. */
const GBIT = 1e9 / 8;

const HOSTS = [10, 30, 100, 300, 1000, 3000, 10_000];

/** Lines of the table for one size of fleet: as its timers fire, and spread over the useful window. */
function rowsFor(fleet: Fleet): readonly string[] {
  const { hosts } = fleet;
  const window = Math.ceil(usefulWindow(fleet));
  const atOnce = row(hosts, "all at once", simulate(fleet, evenStarts(hosts, 0)));
  if (window === 0) return [atOnce];
  const jitter = simulate(fleet, randomStarts(hosts, window, lots()));
  const staggered = simulate(fleet, evenStarts(hosts, window));
  const set = `--jitter ${seconds(window)}`;
  return [
    atOnce,
    row(hosts, set, jitter),
    row(hosts, `staggered over ${seconds(window)}`, staggered),
  ];
}

/** The same lots at every run (a linear congruential generator, Numerical Recipes). */
function lots(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function row(hosts: number, name: string, { end, transfer, atOnce, slowest }: Course): string {
  const cells = [
    `${hosts}`,
    name,
    seconds(end),
    seconds(transfer),
    `${atOnce}`,
    `${(slowest / (1 << 20)).toFixed(1)} MiB/s`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function seconds(value: number): string {
  return value < 120 ? `${Math.ceil(value)}s` : `${Math.ceil(value / 60)}m`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      size: { type: "string", default: "2" },
      cluster: { type: "string", default: "100" },
      host: { type: "string", default: "10" },
    },
  });
  const [size, cluster, host] = [values.size, values.cluster, values.host].map(Number);
  const fleet = {
    bytes: (size ?? 0) * GIB,
    cluster: (cluster ?? 0) * GBIT,
    host: (host ?? 0) * GBIT,
  };
  const lines = [
    `${size} GiB to each host, ${cluster} Gbit/s from the cluster, ${host} Gbit/s into a host`,
    "",
    "| hosts | way | last host done | transfer of a host | at once | lowest rate |",
    "| ---: | --- | ---: | ---: | ---: | ---: |",
    ...HOSTS.flatMap((hosts) => rowsFor({ ...fleet, hosts })),
    "",
    "The cluster's bandwidth decides when the last host is done, whatever is set. Set --jitter to that",
    "time (hosts x bytes / bandwidth): each host is done quickly once it begins, and the cluster has few",
    "readers at once. Without it the lowest rate is what a stall timeout has to bear.",
    "",
  ];
  await Deno.stdout.write(new TextEncoder().encode(lines.join("\n")));
}
