/**
 * The hook in a Python's site-packages: the module under a name of its own, and the `.pth` that loads it.
 *
 * @module
 */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { ToolError } from "@/errors.ts";
import { HOOK_MODULE, HOOK_UNIT, isSealed, unitFiles } from "@/nova/hook_files.ts";
import { installHook, uninstallHook } from "@/nova/install.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const VENV = "/var/lib/kolla/venv/lib/python3.12/site-packages";
const NOVA = { [`${VENV.slice(1)}/nova/__init__.py`]: "" };
const MODULE = `${VENV}/glance_direct_nova.py`;
const PTH = `${VENV}/glance_direct_nova.pth`;

const OUTSIDE = {
  files: systemFiles,
  identity: { uid: Deno.uid(), pid: Deno.pid, hostname: "compute1" },
  log: () => {},
};

const into = (root: string, force = false) => ({ root, force, sitePackages: VENV });

Deno.test("installHook() writes the module and a .pth of one import into site-packages, and nothing else", () =>
  withFiles(NOVA, async (root) => {
    const changes = await installHook(OUTSIDE, into(root));
    assertEquals(
      changes,
      [MODULE, PTH].map((path) => ({ path: join(root, path), change: "written" as const })),
    );
    assertEquals(await Deno.readTextFile(join(root, PTH)), "import glance_direct_nova\n");
    const [module] = unitFiles(HOOK_UNIT);
    assertEquals(await Deno.readTextFile(join(root, MODULE)), module?.text, `as in ${HOOK_MODULE}`);
    for (const { path } of changes) assertEquals((await Deno.stat(path)).mode! & 0o777, 0o644);
    assertEquals(systemFiles.list(root), ["var"]);
  }));

Deno.test("installHook() changes nothing in site-packages the second time", () =>
  withFiles(NOVA, async (root) => {
    await installHook(OUTSIDE, into(root));
    const changes = await installHook(OUTSIDE, into(root));
    assertEquals(changes.map(({ change }) => change), ["unchanged", "unchanged"]);
  }));

Deno.test("installHook() refuses a site-packages without nova, unless forced", () =>
  withFiles({ [`${VENV.slice(1)}/novaclient/__init__.py`]: "" }, async (root) => {
    const error = await assertRejects(() => installHook(OUTSIDE, into(root)), ToolError);
    assertEquals([error.code, error.message], [
      "usage",
      `Cannot hook into '${VENV}': nova is not installed there`,
    ]);
    assertEquals((await installHook(OUTSIDE, into(root, true))).length, 2);
  }));

Deno.test("installHook() replaces no .pth of others, unless forced", () =>
  withFiles({ ...NOVA, [PTH.slice(1)]: "import theirs\n" }, async (root) => {
    const error = await assertRejects(() => installHook(OUTSIDE, into(root)), ToolError);
    assertEquals(error.code, "cannot_create");
    assertEquals(systemFiles.stat(join(root, MODULE)), undefined);
    await installHook(OUTSIDE, into(root, true));
    assertEquals(isSealed(await Deno.readTextFile(join(root, PTH))), true);
  }));

Deno.test("uninstallHook() removes exactly the two files and what Python compiled, the .pth first", () =>
  withFiles(NOVA, async (root) => {
    await installHook(OUTSIDE, into(root));
    const compiled = join(root, VENV, "__pycache__");
    await Deno.mkdir(compiled);
    await Deno.writeTextFile(join(compiled, "glance_direct_nova.cpython-312.pyc"), "");
    await Deno.writeTextFile(join(compiled, "six.cpython-312.pyc"), "");
    assertEquals(
      uninstallHook(OUTSIDE, into(root)),
      [PTH, MODULE].map((path) => ({ path: join(root, path), change: "removed" })),
    );
    assertEquals(systemFiles.list(compiled), ["six.cpython-312.pyc"]);
    assertEquals(uninstallHook(OUTSIDE, into(root)).map(({ change }) => change), [
      "absent",
      "absent",
    ]);
  }));

Deno.test("uninstallHook() without a Python does not touch site-packages, and vice versa", () =>
  withFiles(NOVA, async (root) => {
    await installHook(OUTSIDE, into(root));
    await installHook(OUTSIDE, { root, force: false });
    uninstallHook(OUTSIDE, { root, force: false });
    assertEquals(systemFiles.stat(join(root, MODULE))?.isFile, true);
    await installHook(OUTSIDE, { root, force: false });
    uninstallHook(OUTSIDE, into(root));
    assertEquals(systemFiles.stat(join(root, HOOK_MODULE))?.isFile, true);
  }));

Deno.test("uninstallHook() removes nothing from site-packages when the module was changed", () =>
  withFiles(NOVA, async (root) => {
    await installHook(OUTSIDE, into(root));
    await Deno.writeTextFile(join(root, MODULE), "# mine\n", { append: true });
    assertThrows(() => uninstallHook(OUTSIDE, into(root)), ToolError, "Cannot remove");
    assertEquals(systemFiles.stat(join(root, PTH))?.isFile, true);
  }));
