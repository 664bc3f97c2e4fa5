import { assertEquals, assertMatch } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../../doubles/folder.ts";
import { type Host, verdict } from "../host.ts";

const onFolder = (folder: string, more = ""): Host => ({
  files: systemFiles,
  conf: `[DEFAULT]\ninstances_path = ${folder}\n${more}`,
});

function names(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("cache.directory tries the cache, or its parent before there is one, and cleans up", () =>
  withFiles({ "x": "" }, async (folder) => {
    assertMatch(
      await verdict("cache.directory", onFolder(folder)),
      /^ok: '.*_base' can be created/,
    );
    await Deno.mkdir(`${folder}/_base`);
    assertMatch(await verdict("cache.directory", onFolder(folder)), /^ok: uid \d+ can write/);
    assertEquals([names(folder), names(`${folder}/_base`)], [["_base", "x"], []]);
  }));

Deno.test("cache.directory fails without an instances directory", () =>
  withFiles({}, async (folder) => {
    const text = await verdict("cache.directory", onFolder(`${folder}/none`));
    assertMatch(text, /^failure: There is no directory '.*none'/);
    const lock = await verdict("cache.lock", onFolder(`${folder}/none`));
    assertEquals(lock, "skipped: No file can be created there: see cache.directory");
  }));

Deno.test("cache.directory warns of another owner, another file system, and a cache for everybody", () =>
  withFiles({ "_base/x": "" }, async (folder) => {
    const changed = (change: object): Host => ({
      ...onFolder(folder),
      files: {
        ...systemFiles,
        stat: (path) => {
          const info = systemFiles.stat(path);
          return info && path.endsWith("_base") ? { ...info, ...change } : info;
        },
      },
    });
    assertMatch(
      await verdict("cache.directory", changed({ uid: 9 })),
      /^warning: .* belongs to uid 9,/,
    );
    assertMatch(
      await verdict("cache.directory", changed({ mode: 0o777 })),
      /^warning: Every user of the host can write .*_base'/,
    );
    assertMatch(await verdict("cache.directory", changed({ dev: -1 })), /^warning: .*file system/);
  }));

Deno.test("cache.space compares with the largest image, counted as it will be", () =>
  withFiles({ "_base/x": "" }, async (folder) => {
    const GIB = 1024 ** 3;
    const host = (free: number, virtualSize: number | null): Host => ({
      ...onFolder(folder, "reserved_host_disk_mb = 1024\n"),
      files: { ...systemFiles, freeSpace: () => free },
      images: [{ size: GIB, virtualSize }],
    });
    assertMatch(await verdict("cache.space", host(2 * GIB, null)), /^ok: 1\.0 GiB free/);
    assertMatch(await verdict("cache.space", host(2 * GIB, 3 * GIB)), /^warning: .*up to 3\.0 GiB/);
    assertMatch(await verdict("cache.space", host(GIB, null)), /^warning: 0 B free/);
  }));

Deno.test("cache.lock finds that locks hold, and that they do not", () =>
  withFiles({ "_base/x": "" }, async (folder) => {
    assertMatch(await verdict("cache.lock", onFolder(folder)), /^ok/);
    const lax = () => Promise.resolve({ [Symbol.dispose]: () => {} });
    const none = () => Promise.resolve(undefined);
    const host = (tryLock: typeof lax | typeof none) => ({
      ...onFolder(folder),
      files: { ...systemFiles, tryLock },
    });
    assertMatch(await verdict("cache.lock", host(lax)), /^failure: .* one lock twice/);
    assertMatch(await verdict("cache.lock", host(none)), /^failure: .* does not work/);
    assertEquals(names(`${folder}/_base`), ["x"]);
  }));

Deno.test("cache.lock finds a lock that this user cannot take, whoever left it", () => {
  const lock = `.glance-direct-${"0".repeat(40)}.lock`;
  return withFiles({ [`_base/${lock}`]: "" }, async (folder) => {
    assertMatch(await verdict("cache.lock", { ...onFolder(folder), uid: 64_055 }), /^ok/);
    const tryLock = (path: string) =>
      path.endsWith(lock)
        ? Promise.reject(new ToolError("permission_denied", `Cannot lock '${path}': denied`))
        : systemFiles.tryLock(path);
    const files = { ...systemFiles, tryLock };
    assertMatch(
      await verdict("cache.lock", { ...onFolder(folder), files }),
      /^failure: Cannot lock '.*_base\/\.glance-direct-0+\.lock': denied/,
    );
    assertEquals(names(`${folder}/_base`), [lock]);
  });
});

Deno.test("cache.leftovers counts what dead runs left", () =>
  withFiles({ [`_base/.glance-direct-${"0".repeat(40)}.1.tmp`]: "half" }, async (folder) => {
    assertMatch(
      await verdict("cache.leftovers", onFolder(folder)),
      /^warning: Dead runs left .+ in a file/,
    );
    await Deno.remove(`${folder}/_base`, { recursive: true });
    assertEquals(await verdict("cache.leftovers", onFolder(folder)), "ok: There are no leftovers");
  }));

Deno.test("qemu.program is skipped where images stay as they are", async () => {
  const conf = "[DEFAULT]\nforce_raw_images = false\n";
  assertMatch(await verdict("qemu.program", { conf }), /^skipped/);
});

Deno.test("qemu.program reports its version, that it is missing, and that it does not run", async () => {
  const texts = { "/usr/bin/qemu-img": "" };
  const program = () => ({ stdout: "qemu-img version 7.2\nCopyright" });
  assertMatch(await verdict("qemu.program", { texts, program }), /^ok: .* version 7\.2$/);
  assertMatch(await verdict("qemu.program"), /^failure: .* is not installed/);
  const broken = () => ({ code: 1, stderr: "no\n" });
  assertMatch(await verdict("qemu.program", { texts, program: broken }), /with 1: no$/);
});

Deno.test("metrics.file probes the directory, and requires a name that is collected", () =>
  withFiles({}, async (folder) => {
    const at = (path: string) => onFolder(folder, `[glance_direct]\nmetrics_file = ${path}\n`);
    assertMatch(await verdict("metrics.file", onFolder(folder)), /^skipped/);
    assertMatch(await verdict("metrics.file", at(`${folder}/x.prom`)), /^ok: uid \d+ can write/);
    assertMatch(await verdict("metrics.file", at(`${folder}/x.txt`)), /^warning: .* not collected/);
    assertMatch(await verdict("metrics.file", at(`${folder}/no/x.prom`)), /^failure: There is no/);
    assertMatch(await verdict("metrics.file", at("/proc/x.prom")), /^failure: Cannot create/);
    assertEquals(names(folder), []);
  }));
