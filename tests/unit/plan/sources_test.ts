import { assertEquals } from "@std/assert";
import { needsOf, type PlannedSource, planSources } from "@/plan/sources.ts";
import { SCHEMES } from "@/sources/registry.ts";
import { imageOf } from "../../doubles/image.ts";
import { planningHost, schemeOf } from "../../doubles/scheme.ts";

const SOURCES = [
  schemeOf("rbd"),
  schemeOf("file"),
  schemeOf("glance", { everywhere: { url: "glance:", metadata: {} } }),
];

/** Kind of each source, with the reason where it is not used. */
function planOf(
  urls: readonly string[],
  request: { readonly fallback: boolean; readonly only?: string } = { fallback: true },
) {
  const locations = urls.map((url) => ({ url, metadata: {} }));
  return planSources(planningHost(), imageOf(""), locations, request, SOURCES).map(summary);
}

function summary(source: PlannedSource): string {
  return source.use ? source.kind : `${source.kind} skipped: ${source.reason.message}`;
}

Deno.test("planSources() keeps the order of the locations, and Glance comes last", () => {
  assertEquals(planOf(["file://a", "rbd://b"]), ["file", "rbd", "glance"]);
  assertEquals(planOf([]), ["glance"]);
});

Deno.test("planSources() lists what it skips with the scheme's reason", () => {
  assertEquals(planOf(["rbd://refused", "swift://x"]), [
    "rbd skipped: Not rbd://refused",
    "swift skipped: Cannot read locations of scheme 'swift': supported are 'rbd', 'file', 'glance'",
    "glance",
  ]);
});

Deno.test("planSources() shows no password of a location that it skips", () => {
  const location = { url: "swift+https://user:secret@host/c/o", metadata: {} };
  const [first] = planSources(planningHost(), imageOf(""), [location], { fallback: true });
  assertEquals(first?.label, "swift+https://***@host/c/o");
});

Deno.test("planSources() with --source uses no other kind", () => {
  const urls = ["rbd://a", "file://b"];
  assertEquals(planOf(urls, { only: "file", fallback: true }), [
    "rbd skipped: Not tried because of --source file",
    "file",
    "glance skipped: Not tried because of --source file",
  ]);
});

Deno.test("planSources() with --no-fallback uses the first that can be used", () => {
  assertEquals(planOf(["rbd://refused", "file://b"], { fallback: false }), [
    "rbd skipped: Not rbd://refused",
    "file",
    "glance skipped: Not tried because of --no-fallback",
  ]);
});

Deno.test("planSources() is plain data: it crosses to another thread", () => {
  const host = planningHost("[glance_direct]\nfile_roots = /store\n");
  const locations = [{ url: "file:///store/image", metadata: {} }];
  const sources = planSources(host, imageOf(""), locations, { fallback: true });
  assertEquals(sources.map(summary), ["file", "glance"]);
  assertEquals(structuredClone(sources), sources);
});

const HERE = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const AWAY = "6e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const CEPH = { "/etc/ceph/ceph.conf": `[global]\nfsid = ${HERE}\n` };
const at = (fsid: string, store?: string) => ({
  url: `rbd://${fsid}/${store ?? "images"}/x/snap`,
  metadata: store === undefined ? {} : { store },
});

/** The labels in the order of the plan. */
function orderOf(locations: readonly ReturnType<typeof at>[], conf: string, files = {}) {
  const host = planningHost(conf, files);
  const sources = planSources(host, imageOf(""), locations, { fallback: true }, SCHEMES);
  return sources.slice(0, -1).map(({ label }) => label);
}

Deno.test("planSources() puts this host's own store first, then the default cluster, else keeps the order", () => {
  const cinder = { url: "cinder://x", metadata: {} };
  const locations = [at(AWAY), cinder, at(HERE.toUpperCase()), at(AWAY, "edge")];
  const conf = "[libvirt]\nimages_rbd_glance_store_name = edge\n";
  assertEquals(orderOf(locations, conf, CEPH), [
    at(AWAY, "edge").url,
    at(HERE.toUpperCase()).url,
    at(AWAY).url,
    cinder.url,
  ]);
});

Deno.test("planSources() keeps the order if nothing is known about the host", () => {
  const locations = [at(AWAY, "edge"), at(HERE)];
  assertEquals(orderOf(locations, ""), locations.map(({ url }) => url));
});

Deno.test("needsOf() adds up what the sources that are tried need, each once", async () => {
  const schemes = [
    schemeOf("a", { needs: () => ({ programs: ["/bin/a", "/bin/ab"], servers: ["a:1"] }) }),
    schemeOf("b", { needs: () => Promise.resolve({ programs: ["/bin/ab"], directories: ["/b"] }) }),
    schemeOf("c", { needs: () => ({ imageApi: true }) }),
  ];
  const locations = ["a:x", "b:x", "c:refused"].map((url) => ({ url, metadata: {} }));
  const host = planningHost();
  const sources = planSources(host, imageOf(""), locations, { fallback: true }, schemes);
  assertEquals(await needsOf(host, sources, new AbortController().signal, schemes), {
    programs: ["/bin/a", "/bin/ab"],
    servers: ["a:1"],
    directories: ["/b"],
    imageApi: false,
  });
});
