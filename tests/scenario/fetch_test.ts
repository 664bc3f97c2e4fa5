import { basename, dirname, join } from "node:path";
import { assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { altered, dense, digest, noise, resized, sparse } from "@lab/embedded/content.ts";
import { lockPath, temporaryPath } from "@/cache/paths.ts";
import { be, DESCRIPTOR, iso, qcow2, vhdx, vmdk } from "../unit/formats/samples.ts";
import { Host } from "./host.ts";
import { failureOf, resultOf, run } from "./program.ts";

const CONTENT = dense(noise(3 << 20));
const raw = { diskFormat: "raw", content: CONTENT } as const;

Deno.test("fetch puts a verified image into nova's cache, and says so as the contract has it", async () => {
  await using host = new Host();
  const image = host.lab.addImage({ ...raw, name: "ubuntu" });
  const result = resultOf(await host.run(["fetch", "ubuntu"]));
  const base = host.base(image.id);
  assertEquals(await Deno.readFile(base), noise(3 << 20));
  assertEquals(((await Deno.stat(base)).mode ?? 0) & 0o777, 0o644);
  assertEquals(host.names(), [basename(base)]);
  const { seconds, attempts: [attempt], bytes, ...rest } = result;
  assertEquals(typeof seconds, "number");
  assertEquals(bytes.image, 3 << 20);
  assertEquals(Object.keys(attempt ?? {}), [
    "source",
    "location",
    "outcome",
    "code",
    "message",
    "bytes",
    "seconds",
  ]);
  assertEquals(rest, {
    image: { id: image.id, name: "ubuntu", size: 3 << 20, disk_format: "raw" },
    path: base,
    outcome: "fetched",
    source: "rbd",
    verified: {
      size: true,
      hash: { algorithm: "sha512", value: digest(CONTENT, "sha512"), origin: "os_hash_value" },
      signature: null,
      format: { declared: "raw", detected: "raw" },
    },
  });
});

Deno.test("fetch keeps holes: a sparse image takes the space of its data", async () => {
  await using host = new Host();
  const content = sparse(1 << 30, { 0: 4096, [512 << 20]: 1 << 20 });
  const image = host.lab.addImage({ diskFormat: "raw", content, store: { layout: "thin" } });
  const result = resultOf(await host.run(["fetch", image.id]));
  assertEquals(result.bytes.image, 1 << 30);
  assertLess(result.bytes.allocated, 2 << 20);
  assertLess(result.bytes.transferred, 20 << 20);
});

Deno.test("fetch finds a cached image, contacts no source, and fetches again with --force", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  resultOf(await host.run(["fetch", id]));
  const again = resultOf(await host.run(["fetch", id]));
  assertEquals([again.outcome, again.source, again.attempts], ["cached", null, []]);
  assertEquals(resultOf(await host.run(["fetch", id, "--force"])).outcome, "fetched");
});

Deno.test("fetch falls back to Glance, and records and prints the reason", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ ...raw, rbd: null });
  const ended = await host.run(["fetch", id, "--log-format=text"]);
  const { source, attempts } = resultOf(ended);
  assertEquals(source, "glance");
  assertEquals(attempts.map(({ source, outcome, code }) => [source, outcome, code]), [
    ["rbd", "failed", "not_found"],
    ["glance", "ok", null],
  ]);
  assertMatch(ended.stderr, /warning: rbd failed: .*No such file.*; continuing with glance/);
});

Deno.test("a failure with -f json is one object and nothing else on standard error", async () => {
  await using host = new Host({ nova: { "glance_direct.retries": "1" } });
  const { id } = host.lab.addImage({ ...raw, rbd: null, data: altered(CONTENT, 5) });
  const { status, stdout, stderr } = await host.run(["fetch", id]);
  assertEquals([status, stdout], [65, ""]);
  const { code, attempts } = JSON.parse(stderr);
  assertEquals([code, attempts.length], ["digest_mismatch", 2]);
});

/** Images of 100 GiB that the first bytes give away, by the format that their record says. */
const EVIL = {
  "a qcow2 with a backing file": ["qcow2", qcow2({ 8: be(8, 512), 16: be(4, 11) })],
  "a raw image that is qcow2": ["raw", qcow2()],
  "a raw image that is an ISO": ["raw", iso()],
  "a VHDX without metadata": [
    "vhdx",
    vhdx({ [(192 << 10) + 48]: new Uint8Array(16) }).subarray(0, 256 << 10),
  ],
  "a VMDK of another file's disk": ["vmdk", vmdk(DESCRIPTOR.replace("monolithicSparse", "vmfs"))],
} as const;

for (const [name, [diskFormat, head]] of Object.entries(EVIL)) {
  for (const source of ["rbd", "glance"]) {
    Deno.test(`fetch by ${source} costs at most 1 MiB of ${name}, of 100 GiB`, async () => {
      await using host = new Host();
      const bytes = noise(32 << 20);
      bytes.set(head);
      const content = { size: 100 * 2 ** 30, extents: [{ offset: 0, bytes }] };
      const record = { os_hash_algo: "sha512", os_hash_value: "ab".repeat(64) };
      const { id } = host.lab.addImage({ diskFormat, content, hashed: false, record });
      // To a pipe, which needs no free space: a test machine has none for 100 GiB. What comes before
      // the verdict goes into it.
      const ended = await host.run(["fetch", id, `--source=${source}`, "-o", "-"]);
      const { code, attempts } = failureOf({ ...ended, stdout: "" }, 65);
      const made = attempts.filter(({ outcome }) => outcome !== "skipped");
      assertEquals([code, ...made.map(({ code }) => code)], ["format_rejected", "format_rejected"]);
      assertLess(made[0]?.bytes ?? Infinity, (1 << 20) + 1);
      host.assertNothingLeft();
    });
  }
}

Deno.test("fetch -o refuses an image that cannot fit before the first byte, and so does --dry-run", async () => {
  await using host = new Host();
  const content = { size: 2 ** 50, extents: [] };
  const record = { os_hash_algo: "sha512", os_hash_value: "ab".repeat(64) };
  const { id } = host.lab.addImage({
    diskFormat: "qcow2",
    content,
    hashed: false,
    rbd: null,
    record,
  });
  const path = join(host.lab.instances, "disk.img");
  for (const more of [[], ["--dry-run"]]) {
    const error = failureOf(await host.run(["fetch", id, "-o", path, ...more]), 73);
    assertEquals([error.code, error.attempts], ["no_space", []]);
    assertStringIncludes(error.hints.join(), `df -h ${host.lab.instances}`);
  }
  const asked = host.lab.glance.server.requests.filter((one) => one.path.endsWith("/file"));
  assertEquals(asked, []);
  host.assertNothingLeft();
});

Deno.test("fetch --no-fallback fails with the first source", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ ...raw, rbd: null });
  failureOf(await host.run(["fetch", id, "--no-fallback"]), 69);
  host.assertNothingLeft();
});

for (
  const [what, content, code] of [
    ["altered", altered(CONTENT, 1 << 20), "digest_mismatch"],
    ["short", resized(CONTENT, (3 << 20) - 1), "size_mismatch"],
    ["long", dense(noise((3 << 20) + 1)), "size_mismatch"],
  ] as const
) {
  for (const source of ["rbd", "glance"] as const) {
    // Glance cuts what it sends at the size it announced: a longer body cannot come from it.
    if (source === "glance" && what === "long") continue;
    Deno.test(`fetch of ${what} data from ${source} ends with status 65 and no file`, async () => {
      await using host = new Host();
      const image = source === "rbd" ? { ...raw, rbd: content } : { ...raw, data: content };
      const { id } = host.lab.addImage(image);
      const failure = failureOf(await host.run(["fetch", id, `--source=${source}`]), 65);
      assertEquals(failure.code, code);
      host.assertNothingLeft();
    });
  }
}

Deno.test("fetch -o writes to a path, and to a pipe", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  const path = `${host.lab.directory}/out.raw`;
  assertEquals(resultOf(await host.run(["fetch", id, "-o", path])).path, path);
  assertEquals(await Deno.readFile(path), noise(3 << 20));
  const piped = await run(["fetch", id, "-o", "-", "--config-file", host.lab.novaConf, "-q"]);
  assertEquals(piped.status, 0, piped.stderr);
  assertEquals(piped.bytes.length, 3 << 20, "standard output carries the image and nothing else");
  assertEquals(piped.bytes, noise(3 << 20));
});

Deno.test("fetch -o keeps an existing file unless --force replaces it", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  const path = `${host.lab.directory}/mine.raw`;
  await Deno.writeTextFile(path, "my own work");
  for (const more of [[], ["--dry-run"]]) {
    const failure = failureOf(await host.run(["fetch", id, "-o", path, ...more]), 73);
    assertEquals([failure.code, failure.attempts], ["cannot_create", []]);
    assertEquals(await Deno.readTextFile(path), "my own work");
  }
  resultOf(await host.run(["fetch", id, "-o", path, "--force"]));
  assertEquals(await Deno.readFile(path), noise(3 << 20));
});

Deno.test("fetch --dry-run names the image, its size and the path, and changes nothing", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ ...raw, name: "golden" });
  await Deno.mkdir(host.cache);
  const left = temporaryPath(host.base(id), 4_000_000);
  for (const path of [left, lockPath(host.base(id))]) await Deno.writeTextFile(path, "");
  const before = host.names();
  const text = async () =>
    (await run(["fetch", id, "--dry-run", "--config-file", host.lab.novaConf])).stdout;
  assertEquals((await text()).split("\n").slice(0, 2), [
    `golden (${id}): 3.0 MiB of raw, would be written to`,
    host.base(id),
  ]);
  assertEquals(host.names(), before);
  resultOf(await host.run(["fetch", id]));
  for (const path of [left, lockPath(host.base(id))]) await Deno.writeTextFile(path, "");
  assertMatch(await text(), /: already cached, nothing would be transferred \(without --force\)\n/);
  assertEquals(host.names().length, 3, "leftovers of a dead run stay");
});

Deno.test("fetch --dry-run says what is cached already, and that --force would fetch it", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  const dryRun = async (...more: string[]) =>
    JSON.parse((await host.run(["fetch", id, "--dry-run", ...more])).stdout).cached;
  assertEquals(await dryRun(), null);
  resultOf(await host.run(["fetch", id]));
  assertEquals([await dryRun(), await dryRun("--force")], [host.base(id), null]);
  assertEquals(await dryRun("-o", `${host.lab.directory}/new.raw`), null);
});

Deno.test("fetch says in text what JSON says: why rbd was not used, and how long it took", async () => {
  await using host = new Host();
  const { glance } = host.lab;
  const id = crypto.randomUUID();
  const url = `rbd://00000000-0000-4000-8000-000000000000/images/${id}/snap`;
  glance.add({ ...raw, id, record: { locations: [{ url, metadata: {} }] } });
  const { stdout, stderr, status } = await run(["fetch", id, "--config-file", host.lab.novaConf]);
  assertEquals(status, 0, stderr);
  assertMatch(stdout, / from glance in [\d.]+s/);
  assertMatch(stdout, /^rbd skipped: .*no configured cluster has this fsid$/m);
  assertEquals(stdout.trimEnd().split("\n").at(-1), host.base(id));
  const { attempts, seconds } = resultOf(
    await host.run(["fetch", id, "-o", `${host.lab.directory}/x`]),
  );
  assertLess(attempts.at(-1)?.seconds ?? Infinity, seconds, "Keystone and Glance count");
});

Deno.test("fetch -o writes beside the program that it may run, and cannot replace the program", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  const path = join(dirname(host.lab.ceph.program), `${id}.raw`);
  try {
    assertEquals(resultOf(await host.run(["fetch", id, "-o", path])).path, path);
    assertEquals(await Deno.readFile(path), noise(3 << 20));
  } finally {
    await Deno.remove(path);
  }
  const failure = failureOf(await host.run(["fetch", id, "-o", dirname(host.lab.novaConf)]), 73);
  assertEquals([failure.code, failure.attempts], ["cannot_create", []]);
});

Deno.test("fetch says what is wrong with a request, each with its own status", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ ...raw, name: "twice" });
  host.lab.addImage({ ...raw, name: "twice" });
  const deactivated = host.lab.addImage({ ...raw, status: "deactivated" });
  const conf = `${host.lab.directory}/broken.conf`;
  await Deno.writeTextFile(conf, "[glance]\nendpoint_override = http://127.0.0.1:1\nnonsense\n");
  assertEquals(failureOf(await host.run(["fetch", "nothing"]), 66).code, "not_found");
  assertStringIncludes(failureOf(await host.run(["fetch", "twice"]), 64).message, id);
  assertEquals(failureOf(await host.run(["fetch", deactivated.id]), 69).code, "image_not_active");
  failureOf(await host.run(["fetch", id, "--no-such-flag"]), 64);
  failureOf(await host.run(["fetsh", id]), 64);
  const config = failureOf(await host.run(["fetch", id, "--config-file", conf]), 78);
  assertStringIncludes(config.message, `${conf}:3`);
  host.assertNothingLeft();
});

Deno.test("fetch runs as another user, from anywhere, without HOME", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  const path = await Deno.makeTempDir();
  await Deno.chmod(path, 0o777);
  await Deno.chmod(host.lab.directory, 0o755);
  const as = Deno.uid() === 0 ? { uid: 65534 } : {};
  const args = ["fetch", id, "-o", `${path}/image`, "--source=glance"];
  resultOf(await host.run(args, { ...as, cwd: "/" }));
  await Deno.remove(path, { recursive: true });
});

const ROOT_ONLY = { ignore: Deno.uid() !== 0 };

/** Somebody who is not root, and owns the instances of the host. */
async function giveTo(host: Host, uid: number): Promise<void> {
  await Deno.chmod(host.lab.directory, 0o755);
  await Deno.chown(host.lab.instances, uid, uid);
}

Deno.test("fetch by root makes a cache that belongs to nova", ROOT_ONLY, async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  await giveTo(host, 65534);
  resultOf(await host.run(["fetch", id]));
  for (const [path, mode] of [[host.cache, 0o755], [host.base(id), 0o644]] as const) {
    const { gid, mode: has = 0, uid } = await Deno.stat(path);
    assertEquals([uid, gid, has! & 0o777], [65534, 65534, mode], path);
  }
});

Deno.test("fetch by nova waits for one by root", ROOT_ONLY, async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  await giveTo(host, 65534);
  host.lab.ceph.setFault(id, { kind: "hang", after: 1 << 20 });
  const first = await host.start(["fetch", id, "--stall-timeout", "4s"]);
  await host.lab.ceph.reached();
  const second = await host.run(["fetch", id, "--source=glance"], { uid: 65534 });
  assertEquals(resultOf(second).outcome, "cached");
  assertEquals(resultOf(await first.ended).outcome, "fetched");
  assertEquals(host.names(), [basename(host.base(id))]);
});

Deno.test("fetch ended by SIGTERM removes everything within a second", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  host.lab.ceph.setFault(id, { kind: "hang", after: 1 << 20 });
  const running = await host.start(["fetch", id]);
  await host.lab.ceph.reached();
  const asked = performance.now();
  running.kill("SIGTERM");
  failureOf(await running.ended, 143);
  assertLess(performance.now() - asked, 1000);
  host.assertNothingLeft();
});

Deno.test("fetch after a SIGKILL of another starts clean", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  host.lab.ceph.setFault(id, { kind: "hang", after: 1 << 20 });
  const running = await host.start(["fetch", id]);
  await until(() => host.names().some((name) => name.endsWith(".tmp")));
  running.kill("SIGKILL");
  await running.ended;
  host.lab.ceph.setFault(id, undefined);
  resultOf(await host.run(["fetch", id]));
  assertEquals(host.names(), [basename(host.base(id))]);
});

Deno.test("many processes that request one image make one download", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  const ended = await Promise.all(Array.from({ length: 8 }, () => host.run(["fetch", id])));
  const outcomes = ended.map((one) => resultOf(one).outcome).sort();
  assertEquals(outcomes, [...Array(7).fill("cached"), "fetched"]);
});

/** Looks every 10 ms, for 20 s: another process has to get somewhere. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the program did not get there");
}
