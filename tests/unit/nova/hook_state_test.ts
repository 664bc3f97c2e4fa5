/**
 * Where the hook is found: services, venvs, and what podman and Docker have mounted.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { installations } from "@/nova/hook_state.ts";
import { siteFiles, unitFiles } from "@/nova/hook_files.ts";
import { ownedFiles } from "../../doubles/owned_files.ts";

/** A host with these text files. */
function host(texts: Readonly<Record<string, string>>) {
  const directories = Object.keys(texts).flatMap((path) => {
    const parts = path.split("/").slice(1, -1);
    return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
  });
  return ownedFiles({
    ...Object.fromEntries(directories.map((path, index) => [path, [`0:${index} 755`]])),
    ...Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, ["0:0 644", text]])),
  });
}

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

Deno.test("installations() looks where it is told to, and tells what is missing", () => {
  const directory = "/opt/venv/lib/python3.12/site-packages";
  const [module] = siteFiles(directory);
  const files = host({ [module!.path]: module!.text });
  assertEquals(installations(files), []);
  assertEquals(installations(files, [directory]), [{
    way: "python",
    name: directory,
    state: "incomplete",
    path: `${directory}/glance_direct_nova.pth`,
    remedy: `glance-direct hook install --site-packages ${directory}`,
  }]);
});

Deno.test("installations() tells of services and Pythons at once", () => {
  const directory = "/usr/lib/python3/dist-packages";
  const texts = textsOf([...unitFiles("nova-compute"), ...siteFiles(directory)]);
  assertEquals(installations(host(texts)).map(({ way, state }) => [way, state]), [
    ["service", "whole"],
    ["python", "whole"],
  ]);
});

const SITE = "/var/lib/kolla/venv/lib/python3/site-packages";
const MOUNTS = [
  "/usr/bin/glance-direct",
  `${SITE}/glance_direct_nova.py`,
  `${SITE}/glance_direct_nova.pth`,
];

/** A host whose engine has one container with these mounts. */
const ENGINES = {
  podman: (name: string, mounts: readonly string[]) => ({
    "/var/lib/containers/storage/overlay-containers/containers.json": JSON.stringify([
      { id: "aa", names: [name] },
    ]),
    "/var/lib/containers/storage/overlay-containers/aa/userdata/config.json": JSON.stringify({
      mounts: mounts.map((destination) => ({ destination, source: "/x" })),
    }),
  }),
  docker: (name: string, mounts: readonly string[]) => ({
    "/var/lib/docker/containers/aa/config.v2.json": JSON.stringify({
      Name: `/${name}`,
      MountPoints: Object.fromEntries(mounts.map((mount) => [mount, { Source: "/x" }])),
    }),
  }),
};

for (const [engine, made] of Object.entries(ENGINES)) {
  Deno.test(`installations() finds a container of ${engine} that has the three mounts`, () => {
    assertEquals(installations(host(made("nova_compute", MOUNTS))), [{
      way: "container",
      name: `${engine} nova_compute`,
      state: "whole",
      path: null,
      remedy: null,
    }]);
  });

  Deno.test(`installations() names the mount that a container of ${engine} lacks`, () => {
    const [found] = installations(host(made("nova_compute", MOUNTS.slice(0, 2))));
    assertEquals([found?.state, found?.path], ["incomplete", "glance_direct_nova.pth"]);
  });

  Deno.test(`installations() leaves other containers of ${engine} alone`, () => {
    assertEquals(installations(host(made("nova_compute", ["/etc/ceph"]))), []);
    assertEquals(installations(host(made("nova_api", MOUNTS))), []);
  });
}

Deno.test("installations() survives what an engine is just writing, and what is closed", () => {
  const path = "/var/lib/containers/storage/overlay-containers/containers.json";
  assertEquals(installations(host({ [path]: "[{" })), []);
  assertEquals(installations(host({ [path]: "{}" })), []);
});
