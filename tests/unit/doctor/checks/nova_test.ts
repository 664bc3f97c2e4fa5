import { assertEquals, assertMatch } from "@std/assert";
import { dropInOf, HOOK_DROP_IN, HOOK_MODULE, HOOK_UNIT, unitFiles } from "@/nova/hook_files.ts";
import type { Files } from "@/context.ts";
import { ENGINES, HOOKED, type Mounts } from "../../../doubles/containers.ts";
import { world } from "../../../doubles/world.ts";
import { report, verdict } from "../host.ts";

Deno.test("nova.images_type warns where nova clones within Ceph", async () => {
  const type = (value: string) => ({ conf: `[libvirt]\nimages_type = ${value}\n` });
  assertMatch(await verdict("nova.images_type", type("qcow2")), /^ok/);
  const { status, hint } = await report("nova.images_type", type("rbd"));
  assertEquals(status, "warning");
  assertMatch(hint ?? "", /\[libvirt\]images_type \(\/etc\/nova\/nova\.conf:2\)/);
});

Deno.test("nova.direct_path reports what turns it on", async () => {
  assertEquals(
    await verdict("nova.direct_path"),
    "ok: The direct path is on by [glance]enable_rbd_download",
  );
});

Deno.test("nova.direct_path warns where it is off", async () => {
  assertMatch(await verdict("nova.direct_path", { conf: "" }), /^warning: The direct path is off/);
});

Deno.test("nova.direct_path warns of users that differ between the generations", async () => {
  const conf = "[glance]\nenable_rbd_download = 1\nrbd_user = a\n[libvirt]\nrbd_user = b\n";
  assertMatch(
    await verdict("nova.direct_path", { conf }),
    /^warning: \[glance\]rbd_user \(.*:3\) is 'a' and counts, \[libvirt\]rbd_user \(.*:5\) is 'b'$/,
  );
});

const [MODULE = "", DROP_IN = ""] = unitFiles(HOOK_UNIT).map(({ text }) => text);

for (
  const [name, module, dropIn, expected] of [
    ["is not installed", undefined, undefined, /^skipped: The hook is not installed/],
    ["is of this version", MODULE, DROP_IN, /^ok: The hook is installed and of this version; no/],
    [
      "lacks a file",
      MODULE,
      undefined,
      /^warning: The hook in service 'nova-compute' is incomplete: '.*glance-direct\.conf' is missing/,
    ],
    ["was changed", `${MODULE}#`, DROP_IN, /^warning: '.*sitecustomize\.py' was changed/],
    ["is of another version", DROP_IN, DROP_IN, /^warning: The hook in service .* another version/],
  ] as const
) {
  Deno.test(`nova.hook reports that the hook ${name}`, async () => {
    const texts = {
      ...module === undefined ? {} : { [HOOK_MODULE]: module },
      ...dropIn === undefined ? {} : { [HOOK_DROP_IN]: dropIn },
    };
    assertMatch(await verdict("nova.hook", { texts }), expected);
  });
}

Deno.test("nova.hook finds the hook in a service of another name", async () => {
  const path = dropInOf("openstack-nova-compute");
  const hook = (texts: Readonly<Record<string, string>>) => ({ files: hostFiles(texts) });
  const { status, hint } = await report("nova.hook", hook({ [path]: DROP_IN }));
  assertEquals([status, hint], [
    "warning",
    "glance-direct hook install --unit openstack-nova-compute",
  ]);
  const whole = hook({ [path]: DROP_IN, [HOOK_MODULE]: MODULE });
  assertMatch(await verdict("nova.hook", whole), /^ok/);
});

Deno.test("nova.hook looks at every service that has the hook", async () => {
  const changed = dropInOf("openstack-nova-compute");
  const texts = { [HOOK_MODULE]: MODULE, [HOOK_DROP_IN]: DROP_IN, [changed]: `${DROP_IN}#` };
  const { status, summary, hint } = await report("nova.hook", { files: hostFiles(texts) });
  assertEquals([status, summary], ["warning", `'${changed}' was changed after 'hook install'`]);
  assertMatch(hint ?? "", /hook install --unit openstack-nova-compute --force$/);
});

/** A mark of a nova-compute that runs, or has ended. */
function mark(fields: Readonly<Record<string, unknown>>, runs = true): Partial<Files> {
  const lock = { [Symbol.dispose]: () => {} };
  return {
    ...hostFiles({ [HOOK_MODULE]: MODULE, [HOOK_DROP_IN]: DROP_IN, ...marked(fields) }),
    tryLock: () => Promise.resolve(runs ? undefined : lock),
  };
}

function marked(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const text = JSON.stringify({
    pid: 7,
    module: HOOK_MODULE,
    version: `${MODULE.split("\n")[0]}\n`,
    program: "/usr/bin/glance-direct",
    program_runs: true,
    ...fields,
  });
  return { [MARK]: text };
}

const MARK = "/var/lib/nova/glance-direct-hook.json";

/** What the running nova-compute says of itself, and what is said of it. */
const RUNNING = [
  [mark({}), /^ok: nova-compute \(pid 7\) has the hook and calls '\/usr\/bin\/glance-direct'$/],
  [mark({ program_runs: false }), /^failure: nova-compute \(pid 7\) cannot run '\/usr\/bin/],
  [mark({ version: "# older\n" }), /^warning: nova-compute \(pid 7\) has loaded another version/],
  [mark({}, false), /^ok: The hook is installed .*; no running nova-compute has loaded it$/],
  [mark({ pid: "x" }), /^ok: The hook is installed .*; no running nova-compute has loaded it$/],
] as const;

for (const [files, expected] of RUNNING) {
  Deno.test(`nova.hook reports the running nova-compute: ${expected.source}`, async () => {
    assertMatch(await verdict("nova.hook", { files: files as Files }), expected);
  });
}

Deno.test("nova.hook warns of a service that was started before the hook was installed", async () => {
  const active = "/run/systemd/units/invocation:nova-compute.service";
  const files = hostFiles({ [HOOK_MODULE]: MODULE, [HOOK_DROP_IN]: DROP_IN, [active]: "" });
  const { status, summary, hint } = await report("nova.hook", { files });
  assertEquals([status, hint], ["warning", "systemctl restart nova-compute"]);
  assertMatch(summary, /^nova-compute runs without the hook/);
});

/** A host whose nova-compute runs in a container, as root and as that container's user see it. */
function containerHost(mounts: Mounts, further: Readonly<Record<string, string>> = {}) {
  const texts = { ...ENGINES.docker("nova_compute", mounts), ...further };
  const held = { tryLock: () => Promise.resolve(undefined) };
  return { files: hostFiles({}), callerFiles: { ...hostFiles(texts), ...held } };
}

Deno.test("nova.hook tells of the container whose nova-compute has loaded the hook", async () => {
  const { [MARK]: mine = "" } = marked({});
  const inVolume = { "/volumes/nova_compute/_data/glance-direct-hook.json": mine };
  const { status, summary, details } = await report("nova.hook", containerHost(HOOKED, inVolume));
  assertEquals([status, details], ["ok", "container docker nova_compute: whole"]);
  assertMatch(summary, /^nova-compute \(pid 7 in docker nova_compute\) has the hook and calls/);
});

Deno.test("nova.hook tells of containers without the hook, and with a part of it", async () => {
  assertEquals(
    await verdict("nova.hook", containerHost({})),
    "skipped: The hook is not installed: " +
      "nova-compute in docker nova_compute uses its own download",
  );
  const { "/usr/bin/glance-direct": _, ...mounts } = HOOKED;
  const { status, summary, hint } = await report("nova.hook", containerHost(mounts));
  assertEquals([status, hint], ["warning", "mount 'glance-direct' into the container as well"]);
  assertMatch(summary, /^The hook in container 'docker nova_compute' is incomplete/);
});

/** Text files, and the names of what is in their directories. */
function hostFiles(files: Readonly<Record<string, string>>): Files {
  const { files: texts } = world({ files });
  const below = (path: string) => path.replace(/\/?$/, "/");
  const list = (directory: string) =>
    Object.keys(files).filter((path) => path.startsWith(below(directory)))
      .map((path) => path.slice(below(directory).length).split("/")[0] ?? "");
  return { ...texts, list, lstat: texts.stat };
}
