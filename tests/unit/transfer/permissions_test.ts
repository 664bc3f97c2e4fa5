import { assertEquals } from "@std/assert";
import { temporaryPath } from "@/cache/paths.ts";
import { permissionsFor, revocablePermissions } from "@/transfer/permissions.ts";
import type { Plan } from "@/plan/plan.ts";
import { BARE_PLAN, fileTarget } from "./plans.ts";

const TO_FILE = { ...BARE_PLAN, target: fileTarget("/cache/_base/image") };

function needing(needs: Partial<Plan["needs"]>): Plan {
  return { ...TO_FILE, needs: { ...BARE_PLAN.needs, ...needs } };
}

function through(endpoints: readonly string[], proxy?: string, insecure = false): Plan {
  const transport = {
    peer: "Glance",
    tls: { insecure },
    proxy,
    material: { caCerts: [], pins: [] },
    pinned: new Set<string>(),
  };
  const access = { endpoints, transport, retries: 0, timeoutMs: 1, requestId: undefined };
  return { ...TO_FILE, glance: { access, addresses: {}, origin: "test", headers: {} } };
}

Deno.test("permissionsFor() grants no program, server or directory to a plan that needs none", () => {
  const { net, read, run, write, ...rest } = permissionsFor(BARE_PLAN);
  assertEquals({ net, run, write }, { net: false, run: false, write: false });
  assertEquals(read.map((path) => path.replace(/.*\//, "")), ["hash_worker.ts"]);
  assertEquals(rest, { sys: ["statfs"], env: false, ffi: false, import: false });
});

Deno.test("permissionsFor() lets a thread that seals write nowhere: it only starts its workers", () => {
  const chunks = { kind: "digest", workers: 1 } as const;
  const { read, write } = permissionsFor({ ...BARE_PLAN, chunks, target: { kind: "nowhere" } });
  assertEquals(write, false);
  const names = read.map((path) => path.replace(/.*\//, ""));
  assertEquals(names, ["hash_worker.ts", "chunk_worker.ts"]);
});

Deno.test("permissionsFor() grants the programs and servers that the sources need", () => {
  const { net, run } = permissionsFor(needing({ programs: ["/opt/rbd"], servers: ["a:1"] }));
  assertEquals({ net, run }, { net: ["a:1"], run: ["/opt/rbd"] });
});

Deno.test("permissionsFor() grants qemu-img only where the image is converted", () => {
  const raw = {
    diskFormat: "qcow2",
    size: 1,
    virtualSize: null,
    partitions: true,
    stallTimeout: 1,
    program: "/opt/qemu-img",
  };
  const target = fileTarget("/cache/_base/image", { raw });
  assertEquals(permissionsFor({ ...TO_FILE, target }).run, ["/opt/qemu-img"]);
});

Deno.test("permissionsFor() grants the target's directory, and those of the sources for reading only", () => {
  const { read, write } = permissionsFor(needing({ directories: ["/store", "/mnt/store"] }));
  assertEquals(write, ["/cache/_base"]);
  assertEquals(read.slice(0, 3), ["/cache/_base", "/store", "/mnt/store"]);
});

Deno.test("permissionsFor() grants only single names in a directory that has a program, directly or further down", () => {
  for (const directory of ["", "/usr", "/usr/bin", "/usr/lib/glance-direct"]) {
    const path = `${directory}/disk.img`;
    const target = fileTarget(path);
    const { write } = permissionsFor({ ...TO_FILE, target });
    assertEquals(write, [
      path,
      temporaryPath(path, Deno.pid),
      temporaryPath(path, Deno.pid, "raw"),
    ]);
  }
  const target = fileTarget("/usr/b/x");
  assertEquals(permissionsFor({ ...TO_FILE, target }).write, ["/usr/b"]);
});

const SERVERS: readonly (readonly [string, string])[] = [
  ["http://controller:9292", "controller:9292"],
  ["http://controller", "controller:80"],
  ["https://controller/image", "controller:443"],
  ["https://controller:443", "controller:443"],
  ["http://[2001:db8::1]:9292", "[2001:db8::1]:9292"],
];

for (const [url, server] of SERVERS) {
  Deno.test(`permissionsFor() grants '${server}' for '${url}'`, () => {
    assertEquals(permissionsFor(through([url])).net, [server]);
  });
}

Deno.test("permissionsFor() grants every endpoint once, and the proxy", () => {
  const plan = through(["http://a:1", "http://b:2", "http://a:1/x"], "http://proxy:3128");
  assertEquals(permissionsFor(plan).net, ["a:1", "b:2", "proxy:3128"]);
});

Deno.test("permissionsFor() grants the relay of an unchecked connection, where there is one", () => {
  assertEquals(permissionsFor(through(["https://a:1"], undefined, true)).net, ["a:1", "127.0.0.1"]);
  assertEquals(permissionsFor(through(["http://a:1"], undefined, true)).net, ["a:1"]);
  assertEquals(permissionsFor(through(["https://a:1"])).net, ["a:1"]);
});

Deno.test("permissionsFor() grants every address of a server's name, at its port", () => {
  const task = through(["https://controller:9292"]);
  const addresses = { controller: ["2001:db8::5", "192.0.2.5"], other: ["192.0.2.6"] };
  const { net } = permissionsFor({ ...task, glance: task.glance && { ...task.glance, addresses } });
  assertEquals(net, ["controller:9292", "[2001:db8::5]:9292", "192.0.2.5:9292"]);
});

Deno.test("revocablePermissions() keeps the network as long as Glance may ask for another proof", () => {
  assertEquals(revocablePermissions(BARE_PLAN).includes("net"), true);
  assertEquals(revocablePermissions(through(["http://a:1"])).includes("net"), false);
  assertEquals(
    ["run", "read", "write"].every((one) =>
      (revocablePermissions(through(["http://a:1"])) as readonly string[]).includes(one)
    ),
    true,
  );
});
