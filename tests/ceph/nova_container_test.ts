/**
 * The recipes for containers, followed on the real nova: what they mount is enough for a disk whose
 * image comes from Ceph by way of the hook, with a user without an account, without `HOME`, on a
 * read-only root.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ceph } from "@lab/ceph/ceph_cluster.ts";
import { snippet } from "../doubles/recipes.ts";
import { type Engine, engines, NOVA_UID } from "./container_engine.ts";
import { ContainerHost } from "./container_host.ts";
import { type Deployment, DEPLOYMENTS, NovaContainer, type Way } from "./nova_container.ts";
import { type OwnImage, ownImage } from "./own_image.ts";

const { KOLLA, RHOSO } = DEPLOYMENTS;
const all = await engines();
const [engine, second] = all;
const chroot = all.at(-1);

/** Whatever podman can run, chroot runs one case of too: no machine may find it broken. */
const CASES: readonly (readonly [Engine | undefined, Deployment, Way])[] = [
  [engine, KOLLA, ".pth"],
  [engine, KOLLA, "PYTHONPATH"],
  [engine, KOLLA, "both"],
  [engine, RHOSO, ".pth"],
  [second, KOLLA, "both"],
];

let image: OwnImage;
Deno.test.beforeAll(async () => void (image = await ownImage()));
Deno.test.afterAll(async () => {
  await image[Symbol.asyncDispose]();
  await ceph(["auth", "rm", "client.glance-direct"]);
});

for (const [engine, deployment, way] of CASES) {
  if (engine === undefined) continue;
  const { recipe } = deployment;
  Deno.test(`nova in a container of ${recipe} has its image by rbd, hooked by ${way} (${engine.name})`, async () => {
    await using container = await NovaContainer.start(engine, deployment, way);
    const { python, ...circumstances } = await container.circumstances();
    const alone = { uid: NOVA_UID, account: false, home: null, writable: [] };
    assertEquals(circumstances, { ...alone, wrapped: 1 });
    assertEquals(python, deployment === KOLLA ? "/var/lib/kolla/venv" : "/usr");
    await assertFetched(container, deployment);
    await assertHealthy(container, deployment);
    if (engine !== chroot && way === ".pth") await assertSeen(container);
  });
}

/** The base is the image, nova-compute's own, and came from Ceph by way of the hook, once. */
async function assertFetched(container: NovaContainer, { state }: Deployment): Promise<void> {
  const name = createHash("sha1").update(image.id).digest("hex");
  const made = await container.makeDisk("server", image.id);
  const base = `/var/lib/nova/instances/_base/${name}`;
  assertEquals([made.raised, made.backing], [null, base], made.log.join("\n"));
  const said = made.log.filter((line) => line.includes("glance-direct"));
  assertEquals(said.length, 1, said.join("\n"));
  assertMatch(said[0] ?? "", /^INFO glance-direct fetched image .* from rbd in /);
  const outside = `${state}/instances/_base/${name}`;
  await container.host.type(`cmp ${outside} ${image.path}`);
  assertEquals(await container.host.type(`stat -c %u ${outside}`), `${NOVA_UID}\n`);
  const names = await container.host.type(`ls ${state}/instances/_base`);
  assertEquals(names.split("\n").filter((each) => !/\.lock$|^$/.test(each)), [name]);
}

/** What the recipe says to look at last. */
async function assertHealthy(container: NovaContainer, { recipe }: Deployment): Promise<void> {
  const commands = snippet(recipe, "sh").matchAll(/^(?:docker|podman) exec nova_compute (.+)$/gm);
  const [[, command = ""] = [], ...more] = [...commands];
  assertEquals(more, []);
  const { code, stdout, stderr } = await container.exec(command.split(" "));
  assert(code <= 1, stdout + stderr);
  assertMatch(stdout, /^ok +nova\.hook +nova-compute \(pid \d+\) has the hook/m);
}

/** The host's root sees podman's container, its mounts, and that its nova-compute has the hook. */
async function assertSeen({ host }: NovaContainer): Promise<void> {
  const status = await host.run(["glance-direct", "hook", "status", "-f", "json"]);
  assertEquals(status.code, 0, status.stderr);
  const { installed, without, running } = JSON.parse(status.stdout);
  const place = { way: "container", name: "podman nova_compute", path: null, remedy: null };
  assertEquals([installed, without], [[{ ...place, state: "whole" }], []]);
  assertEquals([running.length, running[0]?.container], [1, "podman nova_compute"]);
  const { stdout } = await host.run(["glance-direct", "doctor", "nova.hook"]);
  assertMatch(stdout, /^ok +nova\.hook +nova-compute \(pid \d+ in podman nova_compute\) has the/);
}

/** What nova-compute makes of its configuration, started as Ubuntu's service starts it. */
const READ = `from nova import config
import nova.conf
config.parse_args(["nova-compute", "--config-file=/etc/nova/nova.conf"], configure_db=False,
                  init_rpc=False)
glance = nova.conf.CONF.glance
print(glance.enable_rbd_download, glance.rbd_user, glance.rbd_pool)`;

Deno.test("nova and glance-direct read the section that the recipe for the charms adds", async () => {
  await using host = await ContainerHost.make([
    { path: "/etc/nova/nova.conf", text: "[glance]\nservice_type = image\n" },
    { path: "/etc/nova/nova.conf.d/glance-direct.conf", text: snippet("Juju charms", "ini") },
  ]);
  const nova = await host.run(["python3", "-W", "ignore", "-c", READ]);
  assertEquals(nova.stdout, "True glance-direct images\n", nova.stderr);
  const { stdout } = await host.run(["glance-direct", "config", "show", "-f", "json"]);
  const options: { group: string; name: string; value: unknown }[] = JSON.parse(stdout);
  const names = ["enable_rbd_download", "rbd_user", "rbd_pool"];
  const values = names.map((name) =>
    options.find((one) => one.group === "glance" && one.name === name)?.value
  );
  assertEquals(values, [true, "glance-direct", "images"]);
});
