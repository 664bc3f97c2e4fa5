/**
 * What the inspection of 1 GiB of dense data costs beside its sha512: for a raw image, which is decided
 * after 34 KiB, and for a VMDK with a footer, which keeps its tail to the end.
 *
 *     deno bench -A tests/bench/formats_bench.ts
 *
 * @module
 */
import { FILE_POLICY } from "../unit/formats/policy.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import { footedVmdk } from "../unit/formats/samples.ts";

const CHUNK = 1 << 20;
const CHUNKS = 1024;

const noise = new Uint8Array(CHUNK);
for (let at = 0; at < CHUNK; at += 65536) crypto.getRandomValues(noise.subarray(at, at + 65536));
const vmdk = noise.slice();
vmdk.set(footedVmdk().subarray(0, 64 * 1024));

function inspect(declared: string, start: Uint8Array): void {
  const inspector = new FormatInspector({ ...FILE_POLICY, declared, size: null, deep: true });
  inspector.feed(start);
  for (let chunk = 1; chunk < CHUNKS; chunk++) inspector.feed(noise);
  if (inspector.problem !== undefined) throw inspector.problem;
}

const sha512 = { name: "sha512 of 1 GiB", group: "1 GiB", baseline: true, n: 3, warmup: 0 };
Deno.bench(sha512, async () => {
  for (let chunk = 0; chunk < CHUNKS; chunk++) await crypto.subtle.digest("SHA-512", noise);
});

Deno.bench({ name: "inspection as raw", group: "1 GiB", n: 20, warmup: 2 }, () => {
  inspect("raw", noise);
});

Deno.bench({ name: "inspection as vmdk with a footer", group: "1 GiB", n: 20, warmup: 2 }, () => {
  inspect("vmdk", vmdk);
});
