import { assertEquals } from "@std/assert";
import { isHooked, missingMounts, novaContainers, pathOnHost } from "@/nova/containers.ts";
import { DOCKER, ENGINES, HOOKED, PODMAN } from "../../doubles/containers.ts";
import { filesOfRoot } from "../../doubles/owned_files.ts";

for (const [engine, made] of Object.entries(ENGINES)) {
  const [name = ""] = engine.split(" ");

  Deno.test(`novaContainers() finds a container of ${engine}, and its mounts`, () => {
    const [found, ...more] = novaContainers(filesOfRoot(made("nova_compute", HOOKED)));
    assertEquals([found?.name, more], [`${name} nova_compute`, []]);
    assertEquals(missingMounts(found!), []);
    const mark = "/volumes/nova_compute/_data/mark.json";
    assertEquals(pathOnHost(found!, "/var/lib/nova/mark.json"), mark);
  });

  Deno.test(`novaContainers() leaves other containers of ${engine} alone`, () => {
    assertEquals(novaContainers(filesOfRoot(made("nova_api", HOOKED))), []);
  });
}

Deno.test("missingMounts() names what a container lacks of the hook", () => {
  const without = { "/etc/ceph": "/etc/ceph", "/usr/bin/glance-direct": "/opt/glance-direct" };
  const [found] = novaContainers(filesOfRoot(ENGINES.docker("nova_compute", without)));
  assertEquals(missingMounts(found!), ["glance_direct_nova.py", "glance_direct_nova.pth"]);
  assertEquals(isHooked(found!), true);
});

Deno.test("pathOnHost() takes the nearest mount, and none that is a file system of its own", () => {
  const mounts = {
    "/var/lib": "/a",
    "/var/lib/nova": "/b",
    "/var/lib/nova2": "/c",
    "/run": "tmpfs",
  };
  const [found] = novaContainers(filesOfRoot(ENGINES.podman("nova_compute", mounts)));
  const paths = ["/var/lib/nova", "/var/lib/nova/x", "/var/lib/glance", "/run/x", "/etc/x"];
  assertEquals(paths.map((path) => pathOnHost(found!, path)), [
    "/b",
    "/b/x",
    "/a/glance",
    undefined,
    undefined,
  ]);
});

/** What no engine writes, or has only half written; `GOOD` beside it is found all the same. */
const ODD = [null, 7, "x", [], {}, { id: 7 }, { id: "bb", names: null }, {
  names: ["nova_compute"],
}];
const GOOD = { id: "aa", names: [null, "nova_compute"] };

Deno.test("novaContainers() loses nothing but the odd record in podman's list", () => {
  const list = (records: unknown) => ({ [`${PODMAN}/containers.json`]: JSON.stringify(records) });
  const namesIn = (records: unknown) =>
    novaContainers(filesOfRoot(list(records))).map(({ name }) => name);
  for (const odd of ODD) assertEquals(namesIn([odd, GOOD]), ["podman nova_compute"], `${odd}`);
  for (const odd of ODD) assertEquals(namesIn(odd), [], `${odd}`);
  assertEquals(novaContainers(filesOfRoot({ [`${PODMAN}/containers.json`]: "[{" })), []);
});

Deno.test("novaContainers() loses nothing but the odd mount of a container", () => {
  const mounts = [...ODD, { destination: null }, { destination: "/etc/ceph", source: null }];
  for (const odd of [...ODD, ...mounts.map((mount) => ({ mounts: [mount] })), { mounts: null }]) {
    const podman = {
      [`${PODMAN}/containers.json`]: JSON.stringify([GOOD]),
      [`${PODMAN}/aa/userdata/config.json`]: JSON.stringify(odd),
    };
    assertEquals(novaContainers(filesOfRoot(podman)).length, 1);
  }
  for (const odd of [...ODD, { MountPoints: null }, { MountPoints: { "/var/lib/nova": null } }]) {
    const config = { Name: "/nova_compute", ...odd as object };
    const docker = {
      [`${DOCKER}/aa/config.v2.json`]: JSON.stringify(odd),
      [`${DOCKER}/bb/config.v2.json`]: JSON.stringify(config),
    };
    const [found] = novaContainers(filesOfRoot(docker));
    assertEquals([found?.name, pathOnHost(found!, "/var/lib/nova")], [
      "docker nova_compute",
      undefined,
    ]);
  }
});
