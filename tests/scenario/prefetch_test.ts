import { join } from "node:path";
import { assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import type { FetchResult } from "@/transfer/result.ts";
import { altered, dense, digest, noise, read, sparse } from "@lab/embedded/content.ts";
import { qcow2 } from "@lab/embedded/qcow2.ts";
import { Host } from "./host.ts";
import { type Ended, failureOf } from "./program.ts";

const SIZE = 1 << 20;
const CONTENT = dense(noise(SIZE));
const raw = { diskFormat: "raw", content: CONTENT } as const;
const QEMU_IMG = "/usr/bin/qemu-img";

/** One result a line, by the name of the image. */
function linesOf({ stdout }: Ended): readonly FetchResult[] {
  return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

function outcomes(ended: Ended): readonly string[] {
  return linesOf(ended).map(({ image, outcome }) => `${image.name} ${outcome}`).sort();
}

/** The objects on standard error. */
function eventsOf({ stderr }: Ended): readonly Record<string, unknown>[] {
  return stderr.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

async function age(path: string, days: number): Promise<number> {
  const time = Date.now() - days * 86_400_000;
  await Deno.utime(path, new Date(time), new Date(time));
  return time;
}

Deno.test("prefetch fetches what is named, by id and by name, and prints one JSON object a line", async () => {
  await using host = new Host();
  const one = host.lab.addImage({ ...raw, name: "one" });
  const two = host.lab.addImage({ ...raw, name: "two" });
  const ended = await host.run(["prefetch", one.id, "two", "one", "--log-format=text"]);
  assertEquals([ended.status, outcomes(ended)], [0, ["one fetched", "two fetched"]]);
  assertEquals(await Deno.readFile(host.base(two.id)), noise(SIZE));
  assertMatch(ended.stderr, /two \(.*\): 1\.0 MiB, .* from rbd in .*sha512 verified/);
  assertMatch(ended.stderr, /2 fetched, 0 already cached, 0 failed/);
});

Deno.test("prefetch reads a list from a file and from standard input, with comments and blank lines", async () => {
  await using host = new Host();
  const [a, b] = ["a", "b"].map((name) => host.lab.addImage({ ...raw, name }));
  const list = `# golden\n\n  a  # the first\n${b?.id}\r\n`;
  const path = join(host.lab.directory, "images.txt");
  await Deno.writeTextFile(path, list);
  const fromFile = await host.run(["prefetch", "--from", path]);
  assertEquals([fromFile.status, outcomes(fromFile)], [0, ["a fetched", "b fetched"]]);
  await Deno.remove(host.base(a?.id ?? ""));
  const fromInput = await host.run(["prefetch", "--from", "-"], { input: list });
  assertEquals([fromInput.status, outcomes(fromInput)], [0, ["a fetched", "b cached"]]);
  const empty = await host.run(["prefetch", "--from", "-"], { input: "# nothing\n" });
  assertEquals([empty.status, empty.stdout], [0, ""]);
});

Deno.test("prefetch selects by all tags, by properties, and every public image", async () => {
  await using host = new Host();
  host.lab.addImage({ ...raw, name: "both", tags: ["golden", "lts"] });
  host.lab.addImage({ ...raw, name: "tag", tags: ["golden"], properties: { os_distro: "debian" } });
  host.lab.addImage({ ...raw, name: "property", properties: { os_distro: "debian" } });
  const narrowed = await host.run(["prefetch", "--tag", "golden", "--tag", "lts"]);
  assertEquals(outcomes(narrowed), ["both fetched"]);
  const property = ["prefetch", "--tag", "golden", "--property", "os_distro=debian"];
  assertEquals(outcomes(await host.run(property)), ["tag fetched"]);
  const all = await host.run(["prefetch", "--all-public", "both"]);
  assertEquals(outcomes(all), ["both cached", "property fetched", "tag cached"]);
});

Deno.test("prefetch sets a new modification time on images already cached", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  await host.run(["prefetch", id]);
  const old = await age(host.base(id), 2);
  const again = await host.run(["prefetch", id]);
  assertEquals(linesOf(again).map(({ outcome }) => outcome), ["cached"]);
  assertGreater((await Deno.stat(host.base(id))).mtime?.getTime() ?? 0, old + 86_400_000);
});

Deno.test("prefetch --keep-going reports each failure, continues, and ends with one error object", async () => {
  await using host = new Host();
  host.lab.addImage({ ...raw, name: "good" });
  const bad = altered(CONTENT, 5);
  host.lab.addImage({ ...raw, name: "bad", rbd: bad, data: bad });
  const args = ["prefetch", "bad", "missing", "good", "--keep-going", "--log-format", "json"];
  const ended = await host.run([...args, "--progress", "json"]);
  assertEquals([ended.status, outcomes(ended)], [65, ["good fetched"]]);
  const events = eventsOf(ended);
  assertEquals(events.filter(({ type }) => type === "error").length, 1);
  const { type, code, message } = events.at(-1) ?? {};
  assertEquals([type, code], ["error", "digest_mismatch"], "the last line is the error");
  assertMatch(String(message), /^Cannot prefetch 2 of 3 images, the worst: /);
  const said = events.filter(({ type, level }) => type === "log" && level === "error");
  assertEquals(said.map(({ code }) => code).sort(), ["digest_mismatch", "not_found"]);
  const types = new Set(events.map(({ type }) => type));
  // Small images are done before progress is due.
  types.delete("progress");
  assertEquals([...types].sort(), ["attempt", "error", "log", "verified"]);
});

Deno.test("prefetch stops at the first failure, and says what was not tried", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ ...raw, rbd: altered(CONTENT, 5), data: altered(CONTENT, 5) });
  host.lab.addImage({ ...raw, name: "next" });
  const ended = await host.run(["prefetch", id, "next", "--concurrency=1", "-v"]);
  failureOf(ended, 65);
  assertMatch(ended.stderr, /0 fetched, 0 already cached, 1 failed, 1 not tried/);
  host.assertNothingLeft();
});

Deno.test("prefetch does not hide a lasting failure behind one that is worth repeating", async () => {
  await using host = new Host({ nova: { "glance_direct.retries": "0" } });
  const lasting = host.lab.addImage({ ...raw, status: "deactivated" });
  const passing = host.lab.addImage(raw);
  host.lab.ceph.setFault(passing.id, { kind: "hang", after: 0 });
  const flags = ["--keep-going", "--source=rbd", "--no-fallback", "--stall-timeout=1s"];
  const both = await host.run(["prefetch", passing.id, lasting.id, ...flags]);
  assertEquals(failureOf(both, 69).code, "image_not_active");
  const one = await host.run(["prefetch", passing.id, ...flags]);
  assertEquals(failureOf(one, 75).code, "timeout");
});

Deno.test("prefetch --concurrency transfers this many images at the same time", async () => {
  await using host = new Host();
  const ids = ["a", "b", "c"].map((name) => host.lab.addImage({ ...raw, name }).id);
  for (const id of ids) host.lab.ceph.setFault(id, { kind: "hang", after: 1000 });
  const running = await host.start(["prefetch", ...ids, "--concurrency", "2"]);
  await host.lab.ceph.reached(2);
  assertEquals(host.lab.ceph.running().length, 2);
  running.kill("SIGTERM");
  failureOf(await running.ended, 143);
  host.assertNothingLeft();
});

Deno.test("prefetch refuses what would exceed cache_budget, including transfers at the same time", async () => {
  await using host = new Host({ nova: { "glance_direct.cache_budget": `${SIZE + SIZE / 2}` } });
  for (const name of ["a", "b"]) host.lab.addImage({ ...raw, name });
  const ended = await host.run(["prefetch", "a", "b", "--keep-going", "--concurrency", "2"]);
  const events = ended.stderr.split("\n").filter((line) => line.startsWith('{"type":"error"'));
  assertEquals([ended.status, outcomes(ended).length, events.length], [73, 1, 1], ended.stderr);
  assertStringIncludes(events[0] ?? "", "cache_budget");
  assertEquals(host.names().length, 1);
});

Deno.test("prefetch refuses a host that keeps its disks in Ceph", async () => {
  await using host = new Host({ nova: { "libvirt.images_type": "rbd" } });
  const { id } = host.lab.addImage(raw);
  const failure = failureOf(await host.run(["prefetch", id]), 78);
  assertStringIncludes(failure.message, "images_type is 'rbd'");
  host.assertNothingLeft();
});

Deno.test("prefetch says what is wrong with its arguments", async () => {
  await using host = new Host();
  for (
    const args of [
      [],
      ["--concurrency", "0", "x"],
      ["--concurrency", "two", "x"],
      ["--property", "novalue"],
      ["--jitter", "soon", "x"],
    ]
  ) failureOf(await host.run(["prefetch", ...args]), 64);
});

Deno.test({
  name: "prefetch converts a qcow2 image to raw with qemu-img if nova uses raw bases",
  ignore: !await exists(QEMU_IMG),
  fn: async () => {
    await using host = new Host({ nova: { "DEFAULT.force_raw_images": "true" } });
    const disk = sparse(8 << 20, { 0: 100_000, [5 << 20]: 70_000 });
    const image = { diskFormat: "qcow2", content: qcow2(disk), virtualSize: disk.size } as const;
    const { id } = host.lab.addImage(image);
    const ended = await host.run(["prefetch", id]);
    assertEquals(ended.status, 0, ended.stderr);
    const [result] = linesOf(ended);
    assertEquals(result?.verified.format, { declared: "qcow2", detected: "qcow2" });
    const base = await Deno.readFile(host.base(id));
    assertEquals(digest(dense(base), "sha256"), digest(dense(read(disk, 0, disk.size)), "sha256"));
    assertGreater(disk.size, result?.bytes.allocated ?? Infinity);
    assertEquals(host.names().length, 1);
  },
});

Deno.test("prefetch counts images in the metrics file, from one run to the next", async () => {
  await using host = new Host();
  const path = join(host.lab.directory, "glance_direct.prom");
  const env = { GLANCE_DIRECT_METRICS_FILE: path };
  host.lab.addImage({ ...raw, name: "direct" });
  host.lab.addImage({ ...raw, name: "fallback", rbd: null });
  await host.run(["prefetch", "direct", "fallback"], { env });
  await host.run(["fetch", "direct"], { env });
  await host.run(["fetch", "missing"], { env });
  const text = await Deno.readTextFile(path);
  const values = Object.fromEntries(
    [...text.matchAll(/^glance_direct_(\S+) (\S+)$/gm)].map((
      [, name = "", value],
    ) => [name, value]),
  );
  assertEquals(values['fetches_total{source="rbd",result="fetched"}'], "1");
  assertEquals(values['fetches_total{source="glance",result="fetched"}'], "1");
  assertEquals(values['fetches_total{source="cache",result="cached"}'], "1");
  assertEquals(values['fetches_total{source="none",result="failed"}'], "1");
  assertEquals(values['fallbacks_total{reason="not_found"}'], "1");
  assertEquals(values["cache_images"], "2");
});

Deno.test("prefetch succeeds although its metrics cannot be written, and warns once", async () => {
  await using host = new Host();
  const env = { GLANCE_DIRECT_METRICS_FILE: "/nowhere/at/all.prom" };
  for (const name of ["a", "b"]) host.lab.addImage({ ...raw, name });
  const ended = await host.run(["prefetch", "a", "b"], { env });
  assertEquals([ended.status, outcomes(ended).length], [0, 2]);
  assertEquals(ended.stderr.match(/warning: No metrics in '\/nowhere\/at\/all\.prom'/g)?.length, 1);
});

Deno.test("prefetch answers SIGUSR1 with one line and continues", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  host.lab.ceph.setFault(id, { kind: "hang", after: 1000 });
  const running = await host.start(["prefetch", id, "--progress=never", "-q"]);
  await host.lab.ceph.reached();
  running.kill("SIGUSR1");
  running.kill("SIGTERM");
  const ended = await running.ended;
  failureOf(ended, 143);
  assertEquals(
    ended.stderr.match(new RegExp(`${id}\\) from rbd: 0%, `, "g"))?.length,
    1,
    ended.stderr,
  );
});

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("prefetch --print-units repeats the run as it was asked for, and refuses what it must not", async () => {
  await using host = new Host();
  const flags = ["--tag", "golden", "--limit-rate", "50M", "--source", "rbd", "--os-cloud", "site"];
  const { stdout } = await host.run(["prefetch", ...flags, "--print-units"]);
  const { service } = JSON.parse(stdout) as { service: string };
  const [start] = service.split("\n").filter((line) => line.startsWith("ExecStart="));
  assertEquals(
    start,
    `ExecStart=/usr/bin/glance-direct prefetch --config-file=${host.lab.novaConf} --tag=golden ` +
      "--source=rbd --limit-rate=50M --os-cloud=site --keep-going",
  );
  for (const refused of [["--force"], ["--os-token", "secret"]]) {
    const ended = await host.run(["prefetch", "--all-public", "--print-units", ...refused]);
    assertStringIncludes(failureOf(ended, 64).message, `Cannot print units with ${refused[0]}`);
  }
});

Deno.test("prefetch --dry-run prints a plan for each image and writes nothing", async () => {
  await using host = new Host();
  const images = ["a", "b"].map((name) => host.lab.addImage({ ...raw, name, tags: ["golden"] }));
  const { status, stdout, stderr } = await host.run(["prefetch", "--tag", "golden", "--dry-run"]);
  assertEquals(status, 0, stderr);
  const plans = stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(plans.map(({ image }) => image.id).sort(), images.map(({ id }) => id).sort());
  assertEquals(host.names(), []);
});

Deno.test("prefetch exits with 66 where a tag matches nothing, and continues when told to", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage(raw);
  const none = failureOf(await host.run(["prefetch", "--tag", "none"]), 66);
  assertEquals(none.message, "No active image matches tag 'none'");
  const { status, stdout } = await host.run(["prefetch", id, "--tag", "none", "--keep-going"]);
  assertEquals(status, 66);
  assertEquals(JSON.parse(stdout).image.id, id);
});
