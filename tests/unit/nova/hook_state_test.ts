/**
 * Where the hook is found: services and venvs.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { installations } from "@/nova/hook_state.ts";
import { siteFiles, unitFiles } from "@/nova/hook_files.ts";
import { filesOfRoot as host } from "../../doubles/owned_files.ts";

const textsOf = (files: ReturnType<typeof siteFiles>) =>
  Object.fromEntries(files.map(({ path, text }) => [path, text]));

for (
  const venv of [
    "/var/lib/kolla/venv",
    "/openstack/venvs/nova-31.0.0",
    "/var/lib/openstack",
    "/usr",
  ]
) {
  Deno.test(`installations() finds the hook in '${venv}'`, () => {
    const directory = `${venv}/lib/python3.12/site-packages`;
    assertEquals(installations(host(textsOf(siteFiles(directory)))), [
      { way: "python", name: directory, state: "whole", path: null, remedy: null },
    ]);
  });
}

Deno.test("installations() looks where it is told to, and reports what is missing", () => {
  const directory = "/opt/venv/lib/python3.12/site-packages";
  const [module] = siteFiles(directory);
  const files = host({ [module!.path]: module!.text });
  assertEquals(installations(files), []);
  assertEquals(installations(files, [], [directory]), [{
    way: "python",
    name: directory,
    state: "incomplete",
    path: `${directory}/glance_direct_nova.pth`,
    remedy: `glance-direct hook install --site-packages ${directory}`,
  }]);
});

Deno.test("installations() reports services and Pythons at once", () => {
  const directory = "/usr/lib/python3/dist-packages";
  const texts = textsOf([...unitFiles("nova-compute"), ...siteFiles(directory)]);
  assertEquals(installations(host(texts)).map(({ way, state }) => [way, state]), [
    ["service", "whole"],
    ["python", "whole"],
  ]);
});
