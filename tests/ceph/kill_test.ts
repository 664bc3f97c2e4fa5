/**
 * SIGKILL and SIGTERM at moments spread over whole runs against real Ceph, Keystone and Glance: 50 and 6
 * in the usual run, eight times as many with `GLANCE_DIRECT_NIGHTLY`. `tests/fault` does so by the
 * hundred against the embedded lab.
 *
 * @module
 */
import { printTable } from "../fault/campaign.ts";
import { killAccidents, type Kind } from "../fault/kills.ts";
import { CEPH } from "./ceph_fault_lab.ts";

const PREFETCH = { images: 3, size: 8 << 20 };

const KILLS: readonly Kind[] = [
  { what: "a fetch by rbd", cases: 28, flags: ["--source=rbd", "--no-fallback"] },
  { what: "a fetch from Glance", cases: 10, flags: ["--source=glance"] },
  { what: "a conversion to raw", cases: 6, converted: true },
  { what: "a prefetch of three", cases: 6, flags: ["--concurrency=2"], ...PREFETCH },
];

killAccidents(CEPH, KILLS.map((kind) => ({ keystone: true, ...kind })), {
  cases: 6,
  keystone: true,
  ...PREFETCH,
});

Deno.test.afterAll(printTable);
