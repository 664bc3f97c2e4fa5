/**
 * Which sources the program uses, in which order, and what it reports about the others.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { EmbeddedCeph } from "@lab/embedded/ceph.ts";
import { dense, noise, writeSparse } from "@lab/embedded/content.ts";
import { Host } from "./host.ts";
import { failureOf, resultOf } from "./program.ts";

const SIZE = 3 << 20;
const CONTENT = dense(noise(SIZE));
const RAW = { diskFormat: "raw", content: CONTENT } as const;

/** The fsid of a second cluster. */
const FAR = "fa000000-0000-4000-8000-000000000000";

const course = (attempts: readonly { source: string; outcome: string }[]) =>
  attempts.map(({ source, outcome }) => `${source} ${outcome}`);

Deno.test("fetch reads from every cluster of ceph_clusters, and skips others with the reason", async () => {
  await using host = new Host();
  const far = EmbeddedCeph.create(join(host.lab.directory, "far"), FAR);
  const id = crypto.randomUUID();
  host.lab.glance.add({ ...RAW, id, url: far.store(id, CONTENT) });
  const skipped = resultOf(await host.run(["fetch", id]));
  assertEquals(course(skipped.attempts), ["rbd skipped", "glance ok"]);
  assertStringIncludes(skipped.attempts[0]?.message ?? "", `cluster '${FAR}'`);
  await Deno.writeTextFile(
    host.lab.novaConf,
    `[glance_direct]\nceph_clusters = ${FAR} ${far.conf} nova\n`,
    { append: true },
  );
  assertEquals(course(resultOf(await host.run(["fetch", id, "--force"])).attempts), ["rbd ok"]);
});

Deno.test("fetch tries the near cluster first, whatever the record's order is", async () => {
  await using host = new Host();
  const { ceph, glance } = host.lab;
  const far = EmbeddedCeph.create(join(host.lab.directory, "far"), FAR);
  const id = crypto.randomUUID();
  const urls = [far.store(id, CONTENT), ceph.store(id, CONTENT)];
  const locations = urls.map((url) => ({ url, metadata: {} }));
  glance.add({ ...RAW, id, record: { locations } });
  const { attempts } = resultOf(await host.run(["fetch", id]));
  assertEquals(attempts.map(({ location }) => location), [urls[1]]);
});

Deno.test("fetch --dry-run and show print each source, and why it would not be used", async () => {
  await using host = new Host();
  const { glance } = host.lab;
  const id = crypto.randomUUID();
  const locations = [
    `rbd://${FAR}/images/${id}/snap`,
    `rbd://${host.lab.ceph.fsid}/other/${id}/snap`,
    `file:///var/lib/glance/${id}`,
    "swift+https://user:secret@host/c/o",
    `rbd://${host.lab.ceph.fsid}/images/${id}/snap`,
  ].map((url) => ({ url, metadata: {} }));
  glance.add({ ...RAW, id, record: { locations } });
  const { plan } = JSON.parse((await host.run(["fetch", id, "--dry-run"])).stdout);
  const rows = (plan as { source: string; use: boolean; reason: string | null }[])
    .map(({ source, use, reason }) => `${source} ${use ? "used" : reason}`);
  assertEquals(rows, [
    "rbd Cannot read pool 'other': allowed are 'images'",
    "rbd used",
    `rbd Cannot reach the Ceph cluster '${FAR}': no configured cluster has this fsid`,
    `file Cannot read '/var/lib/glance/${id}': directories allowed are none`,
    "swift+https Cannot read locations of scheme 'swift+https': " +
    "supported are 'rbd', 'file', 'filesystem', 'glance'",
    "glance used",
  ]);
  const shown = await host.run(["show", id]);
  assertEquals(JSON.parse(shown.stdout).sources, plan);
  assertEquals(shown.stdout.includes("secret"), false);
  assertEquals(glance.server.requestsFor(glance.filePath(id)), []);
  host.assertNothingLeft();
});

Deno.test("fetch decides from the record alone that an image is not available", async () => {
  await using host = new Host();
  const { ceph, glance } = host.lab;
  const refused = { deactivated: 69, queued: 75, saving: 75, importing: 75, deleted: 66 };
  for (const [status, expected] of Object.entries(refused)) {
    const { id } = host.lab.addImage({ ...RAW, status });
    const failure = failureOf(await host.run(["fetch", id]), expected);
    assertStringIncludes(failure.message, `'${status}'`);
    assertEquals(glance.server.requestsFor(glance.filePath(id)), []);
  }
  const { id } = host.lab.addImage({ ...RAW, hashed: false });
  assertEquals(failureOf(await host.run(["fetch", id]), 65).code, "hash_missing");
  assertEquals(glance.server.requestsFor(glance.filePath(id)), []);
  // No `rbd` has ever run here: each leaves its pid.
  assertEquals(await Deno.readTextFile(join(ceph.directory, "pids")).catch(() => ""), "");
  host.assertNothingLeft();
  resultOf(await host.run(["fetch", id, "--allow-unhashed"]));
});

Deno.test("fetch resumes in the middle after each cut, and the hash continues", async () => {
  await using host = new Host({ glance: { randomAccess: true } });
  const { glance } = host.lab;
  const { id } = host.lab.addImage(RAW);
  glance.setFault(id, { kind: "cut", after: (1 << 20) + 7 });
  const { attempts, verified } = resultOf(await host.run(["fetch", id, "--source=glance"]));
  assertEquals(course(attempts), ["rbd skipped", "glance ok"]);
  // What came of a segment before each of the two cuts comes again with the rest of it.
  assertEquals([attempts.at(-1)?.bytes, verified.hash?.origin], [SIZE + 14, "os_hash_value"]);
  const ranges = glance.server.requestsFor(glance.filePath(id))
    .map(({ headers }) => headers.get("range"));
  assertEquals(ranges, [null, `bytes=${1 << 20}-`, `bytes=${2 << 20}-`]);
});

Deno.test("fetch waits as long as Glance requests, and does not retry lasting failures", async () => {
  await using host = new Host();
  const { glance } = host.lab;
  const busy = host.lab.addImage(RAW).id;
  const headers = { "Retry-After": "2" };
  glance.setFault(busy, { kind: "status", status: 429, headers, times: 1 });
  const result = resultOf(await host.run(["fetch", busy, "--source=glance"]));
  assertEquals(course(result.attempts), ["rbd skipped", "glance failed", "glance ok"]);
  assertEquals(result.seconds >= 2, true, `${result.seconds}`);
  const forbidden = host.lab.addImage(RAW).id;
  glance.setFault(forbidden, { kind: "status", status: 403 });
  failureOf(await host.run(["fetch", forbidden, "--source=glance"]), 77);
  assertEquals(glance.server.requestsFor(glance.filePath(forbidden)).length, 1);
});

Deno.test("fetch reads the file of a location below file_roots", async () => {
  await using host = new Host();
  const store = join(host.lab.directory, "store");
  await Deno.mkdir(store);
  const id = crypto.randomUUID();
  writeSparse(CONTENT, join(store, id));
  host.lab.glance.add({ ...RAW, id, url: `file://${join(store, id)}` });
  await Deno.writeTextFile(host.lab.novaConf, `[glance_direct]\nfile_roots = ${store}\n`, {
    append: true,
  });
  assertEquals(course(resultOf(await host.run(["fetch", id])).attempts), ["file ok"]);
});

Deno.test("fetch refuses the cache of a host that keeps its disks in Ceph, and writes elsewhere", async () => {
  await using host = new Host({ nova: { "libvirt.images_type": "rbd" } });
  const { id } = host.lab.addImage(RAW);
  const failure = failureOf(await host.run(["fetch", id]), 78);
  assertStringIncludes(failure.message, "[libvirt]images_type is 'rbd'");
  host.assertNothingLeft();
  resultOf(await host.run(["fetch", id, "-o", join(host.lab.directory, "own.raw")]));
});
