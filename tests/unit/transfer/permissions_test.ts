import { assertEquals } from "@std/assert";
import { temporaryPath } from "@/cache/paths.ts";
import { QEMU_IMG_PROGRAM } from "@/cache/qemu_img_program.ts";
import { permissionsFor, revocablePermissions } from "@/transfer/permissions.ts";
import type { TransferTask } from "@/transfer/task.ts";
import { BARE_TASK } from "./tasks.ts";

const PUBLICATION = { path: "/cache/_base/image", mode: 0o644, replace: false };
const RBD_SETTINGS = {
  program: "/opt/ceph/rbd",
  pools: [],
  allowForeignNames: false,
  transfer: "sparse",
  concurrentOps: 1,
  connectTimeout: 1,
  requestTimeout: 1,
} as const;
const SOURCES = { ...BARE_TASK.sources, rbd: RBD_SETTINGS };
const RBD = { use: true, kind: "rbd", location: { url: "rbd://x", metadata: {} } } as const;
const TO_FILE = { ...BARE_TASK, target: { kind: "file", publication: PUBLICATION } } as const;

function through(endpoints: readonly string[], proxy?: string, insecure = false): TransferTask {
  const transport = { peer: "Glance", tls: { insecure }, proxy, material: { caCerts: [] } };
  const access = { endpoints, transport, retries: 0, timeoutMs: 1, requestId: undefined };
  return { ...TO_FILE, glance: { access, addresses: {}, origin: "test", headers: {} } };
}

Deno.test("permissionsFor() grants no program, server or directory to a task that needs none", () => {
  const { net, read, run, write, ...rest } = permissionsFor(BARE_TASK);
  assertEquals({ net, run, write }, { net: false, run: false, write: false });
  assertEquals(read.map((path) => path.replace(/.*\//, "")), ["hash_worker.ts"]);
  assertEquals(rest, { sys: ["statfs"], env: false, ffi: false, import: false });
});

Deno.test("permissionsFor() grants rbd only where the plan uses it", () => {
  const skipped = {
    use: false,
    kind: "rbd",
    label: "rbd://x",
    reason: { kind: "bug", message: "", stack: undefined },
  } as const;
  assertEquals(permissionsFor({ ...TO_FILE, sources: SOURCES, plan: [skipped] }).run, false);
  assertEquals(permissionsFor({ ...TO_FILE, sources: SOURCES, plan: [RBD] }).run, [
    "/opt/ceph/rbd",
  ]);
});

Deno.test("permissionsFor() grants qemu-img only where the image is converted", () => {
  const options = { diskFormat: "qcow2", size: 1, virtualSize: null, stallTimeout: 1 };
  const target = { kind: "raw", publication: PUBLICATION, options } as const;
  assertEquals(permissionsFor({ ...TO_FILE, target }).run, [QEMU_IMG_PROGRAM]);
});

Deno.test("permissionsFor() grants the target's directory, and the file roots for reading only", () => {
  const { read, write } = permissionsFor({ ...TO_FILE, fileRoots: ["/store", "/mnt/store"] });
  assertEquals(write, ["/cache/_base"]);
  assertEquals(read.slice(0, 3), ["/cache/_base", "/store", "/mnt/store"]);
});

Deno.test("permissionsFor() grants names alone in a directory that holds a program, near or far", () => {
  for (const directory of ["", "/usr", "/usr/bin"]) {
    const path = `${directory}/disk.img`;
    const target = { kind: "file", publication: { ...PUBLICATION, path } } as const;
    const { write } = permissionsFor({ ...TO_FILE, target });
    assertEquals(write, [
      path,
      temporaryPath(path, Deno.pid),
      temporaryPath(path, Deno.pid, "raw"),
    ]);
  }
  const target = { kind: "file", publication: { ...PUBLICATION, path: "/usr/b/x" } } as const;
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
  const task = through(["http://a:1", "http://b:2", "http://a:1/x"], "http://proxy:3128");
  assertEquals(permissionsFor(task).net, ["a:1", "b:2", "proxy:3128"]);
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
  assertEquals(revocablePermissions(BARE_TASK).includes("net"), true);
  assertEquals(revocablePermissions(through(["http://a:1"])).includes("net"), false);
  assertEquals(
    ["run", "read", "write"].every((one) =>
      (revocablePermissions(through(["http://a:1"])) as readonly string[]).includes(one)
    ),
    true,
  );
});
