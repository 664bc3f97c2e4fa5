/**
 * The hook in a venv, under the real Python: loaded by the `.pth` file, whatever flags Python is
 * started with, and only once if `PYTHONPATH` loads it as well.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { isCurrent, runningHook } from "@/nova/hook_mark.ts";
import { installHook } from "@/nova/install.ts";
import { chosenDirectory } from "@/nova/site_packages.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../doubles/folder.ts";
import { callFetch, HOOK_FOLDER, PLAIN_NOVA, python } from "@lab/nova/python.ts";
import { peerTest } from "./peer.ts";

/** Where the venv is, and what is asked of the Python in it. */
interface Venv {
  readonly program: string;
  readonly sitePackages: string;
}

/** A venv with the plain nova and the hook, as `hook install --python` makes it. */
function venvTest(name: string, run: (venv: Venv) => Promise<void>): void {
  peerTest(name, { modules: ["json"] }, () =>
    withFiles({}, async (folder) => {
      const made = await python(["-m", "venv", "--without-pip", `${folder}/venv`]);
      assertEquals(made.code, 0, made.stderr);
      const program = `${folder}/venv/bin/python3`;
      const sitePackages = chosenDirectory(systemFiles, "/", { python: program })!;
      await Deno.symlink(`${PLAIN_NOVA}/nova`, `${sitePackages}/nova`);
      const identity = { uid: Deno.uid(), pid: Deno.pid, hostname: "compute1" };
      const outside = { files: systemFiles, identity, log: () => {} };
      await installHook(outside, { root: "/", force: false, sitePackages });
      await run({ program, sitePackages });
    }));
}

const FINDERS = "len([f for f in sys.meta_path if getattr(f, 'glance_direct', False)])";
const WRAPPED = "import sys; from nova.virt import images; f = images.fetch; print(" +
  `${FINDERS}, hasattr(f, '__wrapped__'), hasattr(f.__wrapped__, '__wrapped__'))`;

venvTest("the hook's .pth wraps nova's fetch whatever flags Python gets", async ({ program }) => {
  for (const flags of [[], ["-E"], ["-I"], ["-P"], ["-sP"], ["-OO"]]) {
    const { stdout, stderr } = await python([...flags, "-c", WRAPPED], { program });
    assertEquals({ flags, stdout, stderr }, { flags, stdout: "1 True False\n", stderr: "" });
  }
});

venvTest("the hook's .pth and PYTHONPATH at once wrap once", async ({ program }) => {
  const path = [HOOK_FOLDER];
  const { stdout, stderr } = await python(["-c", WRAPPED], { program, path });
  assertEquals({ stdout, stderr }, { stdout: "1 True False\n", stderr: "" });
});

venvTest("the hook's .pth and PYTHONPATH at once fetch once", async ({ program }) => {
  for (const path of [[], [HOOK_FOLDER]]) {
    const [outcome] = await callFetch([{ standIn: "fetch" }], { program, path });
    assertEquals([outcome?.content, outcome?.own, outcome?.raised], ["verified", 0, null]);
    assertEquals(outcome?.log.length, 1, "one fetch, one line");
  }
});

venvTest(
  "the hook's .pth leaves sitecustomize to the distribution",
  ({ program }) =>
    withFiles({ "sitecustomize.py": "print('the distribution')" }, async (folder) => {
      const { stdout } = await python(["-c", WRAPPED], { program, path: [folder] });
      assertEquals(stdout, "the distribution\n1 True False\n");
      const behind = await python(["-c", WRAPPED], { program, path: [HOOK_FOLDER, folder] });
      assertEquals(behind.stdout, "the distribution\n1 True False\n");
    }),
);

venvTest("the hook's .pth imports nothing but importlib at the start", async ({ program }) => {
  const loaded = "import sys; print('\\n'.join(sorted(sys.modules)))";
  const without = await python(["-S", "-c", `import site; site.main(); ${loaded}`], {
    program: "/usr/bin/python3",
  });
  const known = new Set(without.stdout.split("\n"));
  const { stdout } = await python(["-c", loaded], { program });
  const own = /^(glance_direct_nova$|_?importlib|contextlib|types|warnings)/;
  for (const name of stdout.split("\n").filter((name) => !known.has(name))) assertMatch(name, own);
});

venvTest("the hook is gone with its .pth alone", async ({ program, sitePackages }) => {
  await Deno.remove(`${sitePackages}/glance_direct_nova.pth`);
  const { stdout } = await python(["-c", `import sys; print(${FINDERS})`], { program });
  assertEquals(stdout, "0\n");
});

/** A nova-compute that says it is ready once it has loaded the module that the hook waits for. */
const COMPUTE = "import sys\nfrom nova.virt import images\n" +
  "print('ready', flush=True)\nsys.stdin.read()\n";

venvTest(
  "the hook's mark tells of nova-compute as long as it runs",
  ({ program, sitePackages }) =>
    withFiles({ "nova-compute": COMPUTE }, async (folder) => {
      assertEquals(await runningHook(systemFiles, folder), undefined);
      const child = new Deno.Command(program, {
        args: [`${folder}/nova-compute`],
        env: { NOVA_STATE_PATH: folder, GLANCE_DIRECT_BIN: "/nowhere/glance-direct" },
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      const running = await runningHook(systemFiles, folder);
      assertEquals(running?.pid, child.pid);
      assertEquals(running?.module, `${sitePackages}/glance_direct_nova.py`);
      assertEquals([running?.program, running?.programRuns], ["/nowhere/glance-direct", false]);
      assertEquals(running === undefined || isCurrent(running), true);
      await child.stdin.close();
      await child.status;
      await reader.cancel();
      assertEquals(await runningHook(systemFiles, folder), undefined);
    }),
);

venvTest(
  "the hook leaves no mark in a program that is not nova-compute",
  ({ program }) =>
    withFiles({ "nova-manage": COMPUTE }, async (folder) => {
      const env = { NOVA_STATE_PATH: folder };
      const { code, stderr } = await python([`${folder}/nova-manage`], { program, env });
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
      assertEquals(systemFiles.list(folder), ["nova-manage"]);
    }),
);
