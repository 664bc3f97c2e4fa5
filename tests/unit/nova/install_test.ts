/**
 * Installing the hook below a root, and removing exactly that.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { LogLevel } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { dropInOf, HOOK_DROP_IN, HOOK_MODULE, isSealed } from "@/nova/hook_files.ts";
import { installHook, type Outside, uninstallHook } from "@/nova/install.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

interface TestOutside extends Outside {
  readonly records: string[];
}

function outside(): TestOutside {
  const records: string[] = [];
  return {
    files: systemFiles,
    identity: { uid: Deno.uid(), pid: Deno.pid, hostname: "compute1" },
    log: (level: LogLevel, message: string) => void records.push(`${level} ${message}`),
    records,
  };
}

/** Paths of all files and directories below a folder. */
async function tree(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const below = isDirectory ? await tree(join(folder, name)) : [];
    found.push(name, ...below.map((path) => `${name}/${path}`));
  }
  return found.sort();
}

const UNIT = "lib/systemd/system/nova-compute.service";
const options = (root: string, force = false) => ({ root, force });
const changesOf = (changes: readonly { change: string }[]) => changes.map(({ change }) => change);

Deno.test("installHook() writes the module and the drop-in below the root, for everybody to read", () =>
  withFiles({}, async (root) => {
    const changes = await installHook(outside(), options(root));
    assertEquals(changes, [
      { path: join(root, HOOK_MODULE), change: "written" },
      { path: join(root, HOOK_DROP_IN), change: "written" },
    ]);
    for (const { path } of changes) assertEquals((await Deno.stat(path)).mode! & 0o777, 0o644);
    for (const path of await tree(root)) {
      const { isDirectory, mode } = await Deno.stat(join(root, path));
      assert(!isDirectory || (mode! & 0o777) === 0o755, path);
    }
    assertEquals(
      await Deno.readTextFile(join(root, HOOK_MODULE)).then((text) => text.replace(/^.*\n/, "")),
      await Deno.readTextFile(`${import.meta.dirname}/../../../src/nova/sitecustomize.py`),
    );
    assertStringIncludes(
      await Deno.readTextFile(join(root, HOOK_DROP_IN)),
      '\n[Service]\nEnvironment="PYTHONPATH=/usr/lib/glance-direct/nova"\nKillMode=mixed\n',
    );
  }));

Deno.test("installHook() leaves nothing but the two files", () =>
  withFiles({}, async (root) => {
    await installHook(outside(), options(root));
    const files = (await tree(root)).filter((path) => Deno.statSync(join(root, path)).isFile);
    assertEquals(files, [HOOK_DROP_IN.slice(1), HOOK_MODULE.slice(1)]);
  }));

Deno.test("installHook() changes nothing the second time", () =>
  withFiles({}, async (root) => {
    await installHook(outside(), options(root));
    const inode = systemFiles.stat(join(root, HOOK_MODULE))?.ino;
    assertEquals(changesOf(await installHook(outside(), options(root))), [
      "unchanged",
      "unchanged",
    ]);
    assertEquals(systemFiles.stat(join(root, HOOK_MODULE))?.ino, inode);
  }));

for (
  const path of [
    UNIT,
    "etc/systemd/system/nova-compute.service.d/override.conf",
    "etc/default/nova-compute",
  ]
) {
  Deno.test(`installHook() warns of the PYTHONPATH in '/${path}', and suggests --python`, () =>
    withFiles({ [UNIT]: "[Service]\n", [path]: "PYTHONPATH=/opt/a\n" }, async (root) => {
      const world = outside();
      await installHook(world, options(root));
      await installHook(world, options(root));
      const expected = `warning '/${path}' has a PYTHONPATH, and only one of it and ` +
        `'${HOOK_DROP_IN}' can apply: run 'hook uninstall', then 'hook install --python' with ` +
        "nova's Python";
      assertEquals(world.records, [expected, expected]);
    }));
}

Deno.test("installHook() replaces what another version wrote", () => {
  const seal = (text: string) =>
    `# Written by "glance-direct hook install"; ` +
    `sha256 of the rest: ${createHash("sha256").update(text).digest("hex")}\n${text}`;
  const older = seal('[Service]\nEnvironment="PYTHONPATH=/usr/lib/glance-direct/nova:/opt/a"\n');
  return withFiles({ [HOOK_DROP_IN.slice(1)]: older }, async (root) => {
    assertEquals(changesOf(await installHook(outside(), options(root))), ["written", "written"]);
  });
});

for (const path of [HOOK_MODULE, HOOK_DROP_IN]) {
  Deno.test(`installHook() refuses to replace a foreign '${path}', unless forced`, () =>
    withFiles({ [path.slice(1)]: "theirs\n" }, async (root) => {
      const error = await assertRejects(() => installHook(outside(), options(root)), ToolError);
      assertEquals(error.code, "cannot_create");
      assertStringIncludes(error.message, `Cannot replace '${join(root, path)}'`);
      assertEquals((await tree(root)).filter((name) => name.endsWith(path.slice(1))).length, 1);
      assertEquals(await Deno.readTextFile(join(root, path)), "theirs\n");
      await installHook(outside(), options(root, true));
      assert(isSealed(await Deno.readTextFile(join(root, path))));
    }));
}

Deno.test("uninstallHook() removes exactly what installHook() wrote", () =>
  withFiles({ [UNIT]: "[Service]\n", "usr/lib/other": "" }, async (root) => {
    const before = await tree(root);
    await Deno.mkdir(join(root, "etc/systemd/system"), { recursive: true });
    await installHook(outside(), options(root));
    assertEquals(changesOf(uninstallHook(outside(), options(root))), ["removed", "removed"]);
    assertEquals(
      (await tree(root)).filter((path) => !before.includes(path)),
      ["etc", "etc/systemd", "etc/systemd/system"],
    );
  }));

Deno.test("uninstallHook() finds nothing to remove the second time", () =>
  withFiles({}, async (root) => {
    await installHook(outside(), options(root));
    uninstallHook(outside(), options(root));
    assertEquals(changesOf(uninstallHook(outside(), options(root))), ["absent", "absent"]);
  }));

Deno.test("uninstallHook() removes what Python compiled, and keeps directories that others use", () =>
  withFiles({}, async (root) => {
    await installHook(outside(), options(root));
    const folder = join(root, HOOK_MODULE, "..");
    await Deno.mkdir(join(folder, "__pycache__"));
    await Deno.writeTextFile(join(folder, "__pycache__/sitecustomize.cpython-311.pyc"), "");
    const others = join(root, HOOK_DROP_IN, "../limits.conf");
    await Deno.writeTextFile(others, "[Service]\n");
    uninstallHook(outside(), options(root));
    const left = (await tree(root)).filter((path) => Deno.statSync(join(root, path)).isFile);
    assertEquals(left, [others.slice(root.length + 1)]);
    assertThrows(() => Deno.statSync(join(root, "usr/lib/glance-direct")), Deno.errors.NotFound);
  }));

for (const path of [HOOK_MODULE, HOOK_DROP_IN]) {
  Deno.test(`uninstallHook() removes nothing when '${path}' was changed, unless forced`, () =>
    withFiles({}, async (root) => {
      await installHook(outside(), options(root));
      await Deno.writeTextFile(join(root, path), "# mine\n", { append: true });
      const before = await tree(root);
      const error = assertThrows(() => uninstallHook(outside(), options(root)), ToolError);
      assertStringIncludes(error.message, `Cannot remove '${join(root, path)}'`);
      assertEquals(await tree(root), before);
      assertEquals(changesOf(uninstallHook(outside(), options(root, true))), [
        "removed",
        "removed",
      ]);
    }));
}

const RDO = "openstack-nova-compute";

Deno.test("installHook() hooks into a service of another name", () => {
  const unit = `usr/lib/systemd/system/${RDO}.service`;
  return withFiles({ [unit]: "[Service]\n" }, async (root) => {
    const changes = await installHook(outside(), { ...options(root), unit: RDO });
    assertEquals(changes.map(({ path }) => path), [
      join(root, HOOK_MODULE),
      join(root, "etc/systemd/system/openstack-nova-compute.service.d/glance-direct.conf"),
    ]);
    assertEquals(changes[1]?.path, join(root, dropInOf(RDO)));
  });
});

Deno.test("uninstallHook() removes the hook from every service that it was installed for", () =>
  withFiles({}, async (root) => {
    const theirs = join(root, dropInOf("other"));
    await Deno.mkdir(join(theirs, ".."), { recursive: true });
    await Deno.writeTextFile(theirs, "[Service]\n");
    await installHook(outside(), options(root));
    await installHook(outside(), { ...options(root), unit: RDO });
    assertEquals(uninstallHook(outside(), options(root)), [
      { path: join(root, HOOK_MODULE), change: "removed" },
      { path: join(root, HOOK_DROP_IN), change: "removed" },
      { path: join(root, dropInOf(RDO)), change: "removed" },
    ]);
    const left = (await tree(root)).filter((path) => Deno.statSync(join(root, path)).isFile);
    assertEquals(left, [theirs.slice(root.length + 1)]);
    assertThrows(() => Deno.statSync(join(root, dropInOf(RDO), "..")), Deno.errors.NotFound);
  }));

Deno.test("uninstallHook() removes nothing when the drop-in of another service was changed", () =>
  withFiles({}, async (root) => {
    await installHook(outside(), { ...options(root), unit: RDO });
    await Deno.writeTextFile(join(root, dropInOf(RDO)), "# mine\n", { append: true });
    assertThrows(
      () => uninstallHook(outside(), options(root)),
      ToolError,
      "openstack-nova-compute",
    );
    assert(systemFiles.stat(join(root, HOOK_MODULE))?.isFile);
  }));

Deno.test("installHook() refuses a service that this system does not have, and names the one it has", () =>
  withFiles({ [`lib/systemd/system/${RDO}.service`]: "[Service]\n" }, async (root) => {
    const error = await assertRejects(() => installHook(outside(), options(root)), ToolError);
    assertEquals([error.code, error.message], [
      "usage",
      "Cannot hook into 'nova-compute': this host has no such service",
    ]);
    assertEquals(error.hints[0], `glance-direct hook install --unit ${RDO}`);
    assertEquals((await tree(root)).includes("usr"), false);
    await installHook(outside(), options(root, true));
  }));

Deno.test("installHook() accepts an instance of a template unit", () =>
  withFiles({ "lib/systemd/system/nova-compute@.service": "[Service]\n" }, async (root) => {
    const unit = "nova-compute@gpu";
    assertEquals(changesOf(await installHook(outside(), { ...options(root), unit })), [
      "written",
      "written",
    ]);
  }));

Deno.test("installHook() and uninstallHook() say that they need root, before they touch anything", async () => {
  const user = { ...outside(), identity: { uid: 1500, pid: 1, hostname: "compute1" } };
  const install = await assertRejects(() => installHook(user, options("/", true)), ToolError);
  const uninstall = assertThrows(() => uninstallHook(user, options("/")), ToolError);
  assertEquals([install.code, uninstall.code], ["permission_denied", "permission_denied"]);
  assertEquals(install.hints, ["sudo glance-direct hook install"]);
  assertEquals(uninstall.hints, ["sudo glance-direct hook uninstall"]);
});
