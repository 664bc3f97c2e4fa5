import { assertEquals } from "@std/assert";
import type { Files } from "@/context.ts";
import { HOOK_MODULE, unitFiles } from "@/nova/hook_files.ts";
import { placesOf, surveyHook, titleOf } from "@/nova/hook_survey.ts";
import { ENGINES, HOOKED } from "../../doubles/containers.ts";
import { filesOfRoot } from "../../doubles/owned_files.ts";

const MARK = "glance-direct-hook.json";
const SITE_MODULE = "/venv/lib/python3/site-packages/glance_direct_nova.py";

/** What a running nova-compute writes into its state directory. */
function mark(directory: string, pid: number, module = SITE_MODULE) {
  const program = "/usr/bin/glance-direct";
  const text = JSON.stringify({ pid, module, version: "", program, program_runs: true });
  return { [`${directory}/${MARK}`]: text };
}

/** A host whose nova-computes all run. */
async function survey(texts: Readonly<Record<string, string>>) {
  const held: Partial<Files> = { tryLock: () => Promise.resolve(undefined) };
  const files: Files = { ...filesOfRoot(texts), ...held };
  return await surveyHook({ files, callerFiles: files, statePath: "/var/lib/nova" });
}

for (const [engine, made] of Object.entries(ENGINES)) {
  const name = `${engine.split(" ")[0]} nova_compute`;

  Deno.test(`surveyHook() finds nova-compute in a container of ${engine}, and the hook it has loaded`, async () => {
    const texts = { ...made("nova_compute", HOOKED), ...mark("/volumes/nova_compute/_data", 7) };
    const found = await survey(texts);
    assertEquals(placesOf(found), [{ text: `container ${name}: whole`, remedy: null }]);
    assertEquals(found.running.map(titleOf), [`nova-compute (pid 7 in ${name})`]);
  });

  Deno.test(`surveyHook() tells of a container of ${engine} without the hook`, async () => {
    const { installed, without, running } = await survey(made("nova_compute", {}));
    assertEquals([installed, without, running], [[], [name], []]);
  });

  Deno.test(`surveyHook() names the mount that a container of ${engine} lacks`, async () => {
    const { "/usr/bin/glance-direct": _, ...mounts } = HOOKED;
    const { installed: [found] } = await survey(made("nova_compute", mounts));
    assertEquals([found?.state, found?.path], ["incomplete", "glance-direct"]);
  });
}

Deno.test("surveyHook() counts a directory that host and container share once", async () => {
  const mounts = { ...HOOKED, "/var/lib/nova": "/var/lib/nova" };
  const texts = { ...ENGINES.podman("nova_compute", mounts), ...mark("/var/lib/nova", 7) };
  const { running } = await survey(texts);
  assertEquals(running.map(({ container }) => container), ["podman nova_compute"]);
});

Deno.test("surveyHook() finds one nova-compute on the host and one in a container", async () => {
  const { running } = await survey({
    ...ENGINES.docker("nova_compute", HOOKED),
    ...mark("/volumes/nova_compute/_data", 7),
    ...mark("/var/lib/nova", 8),
  });
  assertEquals(running.map(titleOf), [
    "nova-compute (pid 7 in docker nova_compute)",
    "nova-compute (pid 8)",
  ]);
});

Deno.test("surveyHook() reads podman's and Docker's files with the caller's rights alone", async () => {
  const texts = {
    ...ENGINES.docker("nova_compute", HOOKED),
    ...mark("/volumes/nova_compute/_data", 7),
  };
  const held: Partial<Files> = { tryLock: () => Promise.resolve(undefined) };
  const callerFiles: Files = { ...filesOfRoot(texts), ...held };
  const files: Files = { ...filesOfRoot({}), ...held };
  const found = await surveyHook({ files, callerFiles, statePath: "/var/lib/nova" });
  assertEquals([found.installed.length, found.running.length], [1, 1]);
});

Deno.test("surveyHook() misses no drop-in where PYTHONPATH alone has brought the module", async () => {
  const [module] = unitFiles("nova-compute");
  const texts = { [HOOK_MODULE]: module!.text };
  assertEquals((await survey(texts)).installed.map(({ state }) => state), ["incomplete"]);
  const running = await survey({ ...texts, ...mark("/var/lib/nova", 7, HOOK_MODULE) });
  assertEquals([running.installed, running.running.length], [[], 1]);
});
