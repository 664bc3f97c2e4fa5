import { basename, join } from "node:path";
import { assertEquals, assertMatch } from "@std/assert";
import { lockPath, temporaryPath } from "@/cache/paths.ts";
import { dense, noise } from "@lab/embedded/content.ts";
import { systemFiles } from "@/system/files.ts";
import { qcow2Overlay } from "../doubles/qcow2.ts";
import { Host } from "./host.ts";
import { type Ended, failureOf } from "./program.ts";

const SIZE = 1 << 20;
const raw = { diskFormat: "raw", content: dense(noise(SIZE)) } as const;
const DAY = 86_400_000;

/** A host with images in its cache, each so many days old, by name. */
async function hostWith(days: Readonly<Record<string, number>>) {
  const host = new Host();
  const ids: Record<string, string> = {};
  for (const name of Object.keys(days)) ids[name] = host.lab.addImage({ ...raw, name }).id;
  const ended = await host.run(["prefetch", ...Object.keys(days)]);
  assertEquals(ended.status, 0, ended.stderr);
  for (const [name, age] of Object.entries(days)) await makeOld(base(name), age);
  function base(name: string): string {
    return host.base(ids[name] ?? "");
  }
  const left = () => Object.keys(ids).filter((name) => host.names().includes(basename(base(name))));
  return {
    host,
    ids,
    base,
    left,
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

async function makeOld(path: string, days: number): Promise<void> {
  const time = new Date(Date.now() - days * DAY);
  await Deno.utime(path, time, time);
}

/** An instance whose disk is an overlay of a base. */
async function addInstance(host: Host, name: string, base: string): Promise<string> {
  const directory = join(host.lab.instances, name);
  await Deno.mkdir(directory);
  await Deno.writeFile(join(directory, "disk"), qcow2Overlay(base));
  return join(directory, "disk");
}

/** What the commands print, as far as it is looked at here. */
interface Printed {
  readonly removed: readonly { readonly path: string }[];
  readonly kept: readonly { readonly path: string; readonly reason: string }[];
  readonly freed: number;
  readonly dry_run: boolean;
}

interface Row {
  readonly path: string;
  readonly image: { readonly id: string; readonly name: string } | null;
  readonly in_use: boolean;
  readonly users: readonly string[];
  readonly mtime: string;
  readonly removable_from: string | null;
  readonly ok: boolean;
  readonly code: string | null;
}

function printed<T>({ status, stdout, stderr }: Ended): T {
  assertEquals(status, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("cache list names the image of each base, who uses it, and when nova removes it", async () => {
  await using on = await hostWith({ used: 2, unused: 2 });
  const { host, base, ids } = on;
  const disk = await addInstance(host, "instance-1", base("used"));
  const rows = printed<Row[]>(await host.run(["cache", "list"]));
  const of = (name: string) => rows.find(({ path }) => path === base(name));
  const [used, unused] = [of("used"), of("unused")];
  assertEquals(used?.image, { id: ids.used ?? "", name: "used" });
  assertEquals([used?.in_use, used?.users], [true, [disk]]);
  assertEquals([used?.removable_from, unused?.in_use], [null, false]);
  const removable = Date.parse(unused?.removable_from ?? "");
  assertEquals(removable - Date.parse(unused?.mtime ?? ""), DAY);
});

Deno.test("cache list works without Glance, names left out", async () => {
  await using on = await hostWith({ one: 0 });
  const away = "--os-image-endpoint-override=http://127.0.0.1:1";
  const ended = await on.host.run(["cache", "list", away]);
  assertEquals(printed<Row[]>(ended).map(({ image }) => image), [null]);
  assertMatch(ended.stderr, /warning: Cannot show image names: /);
});

Deno.test("cache verify finds the base that changed, and ends with status 65", async () => {
  await using on = await hostWith({ good: 0, bad: 0 });
  const { host, base } = on;
  const verified = await host.run(["cache", "verify"]);
  assertEquals(printed<Row[]>(verified).map(({ ok }) => ok), [true, true]);
  using file = await Deno.open(base("bad"), { write: true });
  await file.write(new Uint8Array([1]));
  const ended = await host.run(["cache", "verify"]);
  assertEquals(ended.status, 65);
  const rows: Row[] = JSON.parse(ended.stdout);
  const codes = rows.map(({ image, code }) => `${image?.name} ${code}`);
  assertEquals(codes.sort(), ["bad digest_mismatch", "good null"]);
  assertEquals(printed<Row[]>(await host.run(["cache", "verify", "good"])).length, 1);
  assertEquals(
    printed<Row[]>(await host.run(["cache", "verify", "good", "--subset", "1"])).length,
    1,
  );
});

Deno.test("cache prune never removes a base that a disk depends on, also through a chain", async () => {
  await using on = await hostWith({ used: 30, chained: 30, unused: 30 });
  const { host, base, left } = on;
  await addInstance(host, "instance-1", base("used"));
  const middle = await addInstance(host, "instance-2", base("chained"));
  await Deno.rename(middle, `${middle}.snapshot`);
  await Deno.writeFile(middle, qcow2Overlay(`${middle}.snapshot`));
  const result = printed<Printed>(
    await host.run(["cache", "prune", "--max-age=1d", "--max-size=1"]),
  );
  assertEquals(left(), ["used", "chained"]);
  assertEquals(result.removed.map(({ path }) => path), [base("unused")]);
  assertEquals(result.freed, SIZE);
  assertEquals(
    result.kept.map(({ path, reason }) => [path, reason]).sort(),
    [[base("used"), "in_use"], [base("chained"), "in_use"]].sort(),
  );
});

Deno.test("cache prune removes only leftovers while a disk cannot be read", async () => {
  await using on = await hostWith({ one: 30, two: 30 });
  const { host, left } = on;
  await Deno.mkdir(join(host.lab.instances, "instance-1"));
  const disk = join(host.lab.instances, "instance-1", "disk");
  await Deno.symlink(disk, disk);
  const temporary = temporaryPath(on.base("one"), 4_000_000);
  await Deno.writeTextFile(temporary, "of a process that died");
  await Deno.writeTextFile(lockPath(on.base("one")), "");
  const ended = await host.run(["cache", "prune", "--max-age=1d", "--max-size=1"]);
  assertEquals(
    printed<Printed>(ended).removed.map(({ path }) => path),
    [temporary, lockPath(on.base("one"))],
  );
  assertEquals(left(), ["one", "two"]);
  assertMatch(ended.stderr, /warning: Cannot read '.*\/instance-1\/disk': no base is removed/);
});

Deno.test("cache prune keeps to --max-age, --max-size and --keep; --dry-run removes nothing", async () => {
  await using on = await hostWith({ oldest: 40, older: 35, old: 30, young: 2 });
  const { host, ids, left } = on;
  const args = ["cache", "prune", "--max-age=32d", "--keep", ids.oldest ?? ""];
  const planned = printed<Printed>(await host.run([...args, "--dry-run"]));
  assertEquals([planned.dry_run, left().length], [true, 4]);
  const done = printed<Printed>(await host.run(args));
  assertEquals({ ...done, dry_run: true }, planned);
  assertEquals(left(), ["oldest", "old", "young"]);
  printed(await host.run(["cache", "prune", "--max-size=2M"]));
  assertEquals(left(), ["old", "young"]);
  assertEquals(host.names().length, 2, "no lock is left");
});

Deno.test("cache prune keeps what was just used, and what another run still writes", async () => {
  await using on = await hostWith({ fresh: 0 });
  const { host, left } = on;
  const slow = host.lab.addImage(raw);
  host.lab.ceph.setFault(slow.id, { kind: "hang", after: 1000 });
  const running = await host.start(["fetch", slow.id]);
  await host.lab.ceph.reached();
  const before = host.names();
  const result = printed<Printed>(
    await host.run(["cache", "prune", "--max-age=1s", "--max-size=1"]),
  );
  assertEquals([result.removed, left(), host.names()], [[], ["fresh"], before]);
  running.kill("SIGTERM");
  failureOf(await running.ended, 143);
});

Deno.test("cache prune keeps a base that is being made again, and does not wait", async () => {
  await using on = await hostWith({ wanted: 30, unused: 30 });
  const lock = lockPath(on.base("wanted"));
  {
    using _turn = await systemFiles.lock(lock, new AbortController().signal);
    const { removed } = printed<Printed>(await on.host.run(["cache", "prune", "--max-age=1d"]));
    assertEquals(removed.map(({ path }) => path), [on.base("unused")]);
    assertEquals([...on.host.names()].sort(), [basename(lock), basename(on.base("wanted"))].sort());
  }
  printed(await on.host.run(["cache", "prune", "--max-age=1d"]));
  assertEquals(on.host.names(), []);
});

Deno.test("cache prune says what is wrong with its arguments, and removes nothing", async () => {
  await using on = await hostWith({ one: 90 });
  for (const flag of ["--max-age=soon", "--max-size=much", "--keep=name"]) {
    failureOf(await on.host.run(["cache", "prune", "--max-age=1d", flag]), 64);
  }
  assertEquals(on.left(), ["one"]);
});
