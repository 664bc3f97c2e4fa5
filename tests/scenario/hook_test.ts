/**
 * The hook's side of the program, as nova's Python module calls it.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { altered, dense, noise, read } from "@lab/embedded/content.ts";
import { qcow2 } from "@lab/embedded/qcow2.ts";
import { Host } from "./host.ts";
import { type Ended, failureOf, resultOf, run } from "./program.ts";

const CONTENT = dense(noise(1 << 20));
const raw = { diskFormat: "raw", content: CONTENT } as const;

/** A host whose instances nova is about to start; `.part` is where it wants the image. */
class NovaHost extends Host {
  readonly part = `${this.lab.instances}/base.part`;

  /** Runs `hook fetch`. */
  async hookFetch(fields: Readonly<Record<string, unknown>>, ...flags: string[]): Promise<Ended> {
    const input = JSON.stringify({ path: this.part, ...fields });
    return await this.run(["hook", "fetch", ...flags], { input });
  }

  /** Names beside the image. */
  beside(): readonly string[] {
    return [...Deno.readDirSync(this.lab.instances)].map(({ name }) => name).sort();
  }
}

Deno.test("hook fetch writes to exactly the path asked for, and prints the result", async () => {
  await using host = new NovaHost();
  const { id } = host.lab.addImage(raw);
  const result = resultOf(await host.hookFetch({ image_id: id }));
  assertEquals([result.path, result.source, result.outcome], [host.part, "rbd", "fetched"]);
  assertEquals(result.verified.hash?.algorithm, "sha512");
  assertEquals(await Deno.readFile(host.part), noise(1 << 20));
  assertEquals(host.beside(), ["base.part"], "nothing else, not even a lock: nova holds its own");
});

Deno.test("hook fetch replaces what a dead download left, and leaves the conversion to nova", async () => {
  await using host = new NovaHost({ nova: { "DEFAULT.force_raw_images": "true" } });
  const content = qcow2(CONTENT);
  const { id } = host.lab.addImage({ diskFormat: "qcow2", content });
  await Deno.writeTextFile(host.part, "half an image");
  resultOf(await host.hookFetch({ image_id: id }));
  assertEquals(await Deno.readFile(host.part), read(content, 0, content.size));
});

Deno.test("hook fetch sends nova's tokens and request id, and prints none of them", async () => {
  await using host = new NovaHost({ keystone: true });
  const { id } = host.lab.addImage({ ...raw, rbd: null });
  const token = host.lab.tokens.issue("member");
  const tokens = { token, service_token: "gAAAAAS-the-service-token" };
  const request = { image_id: id, endpoint: host.lab.glance.url, request_id: "req-from-nova" };
  const ended = await host.hookFetch({ ...request, ...tokens }, "-vv");
  assertEquals(resultOf(ended).source, "glance");
  const asked = host.lab.glance.server.requests.map(({ headers }) => [
    headers.get("x-auth-token"),
    headers.get("x-service-token"),
    headers.get("x-openstack-request-id"),
  ]);
  assert(asked.length > 1);
  for (const fields of asked) {
    assertEquals(fields, [token, tokens.service_token, "req-from-nova"]);
  }
  assertEquals(host.lab.keystone?.server.requests.length, 0, "nobody else logs in");
  for (const secret of Object.values(tokens)) {
    assert(!`${ended.stdout}${ended.stderr}`.includes(secret));
  }
});

Deno.test("hook fetch leaves no file that nova must not use, and reports why by its status", async () => {
  await using host = new NovaHost();
  const wrong = altered(CONTENT, 1000);
  const tampered = host.lab.addImage({ ...raw, rbd: wrong, data: wrong });
  const unknown = crypto.randomUUID();
  const codes = [
    failureOf(await host.hookFetch({ image_id: tampered.id }), 65).code,
    failureOf(await host.hookFetch({ image_id: unknown }), 66).code,
    failureOf(await host.hookFetch({ image_id: "cirros" }), 64).code,
    failureOf(await host.hookFetch({ image_id: tampered.id, endpoint: "ftp://x" }), 64).code,
  ];
  assertEquals(codes, ["digest_mismatch", "not_found", "usage", "usage"]);
  assertEquals(host.beside(), []);
  assertEquals(host.lab.ceph.running(), []);
});

Deno.test("hook install and uninstall add and remove the embedded module below a root", async () => {
  const root = await Deno.makeTempDir();
  const module = `${root}/usr/lib/glance-direct/nova/sitecustomize.py`;
  const dropIn = `${root}/etc/systemd/system/nova-compute.service.d/glance-direct.conf`;
  const hook = async (name: string, ...flags: string[]) => {
    const args = ["hook", name, "--root", root, "-f", "json", ...flags];
    const { status, stdout, stderr } = await run(args);
    assertEquals(status, 0, stderr);
    return JSON.parse(stdout);
  };
  try {
    const written = [module, dropIn].map((path) => ({ path, change: "written" }));
    assertEquals(await hook("install"), { files: written, next: [] });
    const source = `${import.meta.dirname}/../../src/nova/sitecustomize.py`;
    assertStringIncludes(await Deno.readTextFile(module), await Deno.readTextFile(source));
    const removed = [module, dropIn].map((path) => ({ path, change: "removed" }));
    assertEquals(await hook("uninstall"), { files: removed, next: [] });
    const rdo = `${root}/etc/systemd/system/openstack-nova-compute.service.d/glance-direct.conf`;
    const { files } = await hook("install", "--unit", "openstack-nova-compute.service");
    assertEquals(files, [module, rdo].map((path) => ({ path, change: "written" })));
    assertEquals(
      (await hook("uninstall")).files,
      [module, rdo].map((path) => ({
        path,
        change: "removed",
      })),
    );
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("hook install and uninstall put the module and its .pth into a venv's site-packages", async () => {
  const root = await Deno.makeTempDir();
  const site = `${root}/venv/lib/python3.12/site-packages`;
  await Deno.mkdir(`${site}/nova`, { recursive: true });
  await Deno.mkdir(`${root}/venv/bin`);
  await Deno.symlink("/usr/bin/python3.12", `${root}/venv/bin/python3`);
  const hook = (...args: string[]) => run(["hook", ...args, "--root", root, "-f", "json"]);
  const names = () => [...Deno.readDirSync(site)].map(({ name }) => name).sort();
  try {
    const python = ["--python", "/venv/bin/python3"];
    assertEquals((await hook("install", ...python)).status, 0);
    assertEquals(names(), ["glance_direct_nova.pth", "glance_direct_nova.py", "nova"]);
    const named = await hook("uninstall", "--site-packages", "/venv/lib/python3.12/site-packages");
    assertEquals(named.status, 0, named.stderr);
    assertEquals(names(), ["nova"]);
    const wrong = failureOf(await hook("install", "--python", "/venv/bin/nova-compute"), 64);
    assertEquals(wrong.code, "usage");
    assertEquals(failureOf(await hook("install", ...python, "--unit", "a"), 64).code, "usage");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("hook status reports a Python that is named, and that no nova-compute has the hook", async () => {
  await using host = new NovaHost();
  const site = `${host.lab.instances}/venv/lib/python3.12/site-packages`;
  await Deno.mkdir(`${site}/nova`, { recursive: true });
  const named = ["--site-packages", site];
  assertEquals((await run(["hook", "install", ...named])).status, 0);
  const { status, stdout, stderr } = await host.run(["hook", "status", ...named]);
  assertEquals(status, 0, stderr);
  const { installed, running } = JSON.parse(stdout);
  const own = installed.filter(({ name }: { name: string }) => name === site);
  assertEquals(own, [{ way: "python", name: site, state: "whole", path: null, remedy: null }]);
  assertEquals(running, []);
});

Deno.test("hook fetch leaves formats and images without a hash to nova's own checks", async () => {
  await using host = new NovaHost();
  const kernel = host.lab.addImage({ ...raw, diskFormat: "qcow2" });
  resultOf(await host.hookFetch({ image_id: kernel.id }));
  const snapshot = host.lab.addImage({ ...raw, hashed: false });
  assertEquals(
    failureOf(await host.hookFetch({ image_id: snapshot.id }), 69).code,
    "source_unavailable",
  );
});

Deno.test("hook fetch waits for a prefetch of the same image, and contacts no source again", async () => {
  await using host = new NovaHost();
  const { id } = host.lab.addImage(raw);
  host.lab.ceph.setFault(id, { kind: "hang", after: 1000 });
  const prefetch = await host.start(["prefetch", id, "--stall-timeout", "2s"]);
  await host.lab.ceph.reached();
  const part = `${host.base(id)}.part`;
  const hook = host.hookFetch({ image_id: id, path: part });
  resultOf(await prefetch.ended);
  const { attempts, path, source } = resultOf(await hook);
  assertEquals([path, source], [part, "file"]);
  assertEquals(attempts.map(({ location }) => location), [`file://${host.base(id)}`]);
  assertEquals(await Deno.readFile(part), noise(1 << 20));
  const name = host.base(id).split("/").at(-1) ?? "";
  assertEquals(host.names(), [name, `${name}.part`]);
});

Deno.test("hook fetch does not use a base file that was altered", async () => {
  await using host = new NovaHost();
  const { id } = host.lab.addImage(raw);
  await Deno.mkdir(host.cache);
  await Deno.writeFile(host.base(id), noise(1 << 20).fill(7, 0, 10));
  const part = `${host.base(id)}.part`;
  const { attempts, source } = resultOf(await host.hookFetch({ image_id: id, path: part }));
  assertEquals([source, attempts[0]?.code], ["rbd", "digest_mismatch"]);
  assertEquals(await Deno.readFile(part), noise(1 << 20));
});
