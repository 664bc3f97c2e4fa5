/**
 * `doctor` on a host of the lab: every check passes on a working host, and finds the fault that was
 * made for it.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import type { CheckReport } from "@/doctor/examine.ts";
import { cephConf, monitorAt } from "@lab/ceph/ceph_conf.ts";
import { FSID } from "@lab/ceph/layout.ts";
import { type NovaOptions, writeNovaConf } from "@lab/ceph/nova_conf.ts";
import { doctor } from "./doctor_host.ts";
import { type OwnImage, ownImage } from "./own_image.ts";
import { WITHOUT_RIGHTS } from "./without_rights.ts";

let own: OwnImage;
Deno.test.beforeAll(async () => {
  own = await ownImage();
});
Deno.test.afterAll(async () => await own[Symbol.asyncDispose]());

Deno.test("doctor finds nothing wrong on a host that works, and leaves nothing there", async () => {
  const { status, reports } = await doctor([], {
    options: { auth: "keystone", forceRaw: true },
  });
  const wrong = reports.filter((report) => ["warning", "failure"].includes(report.status));
  assertEquals([status, wrong], [0, []]);
  const skipped = reports.filter((report) => report.status === "skipped").map(({ id }) => id);
  assertEquals(skipped, [
    "nova.hook",
    "nova.limits",
    "certificates.trusted",
    "seals.keys",
    "seals.valid",
    "metrics.file",
  ]);
  const keys = ["id", "status", "summary", "details", "hint", "duration_ms"];
  for (const report of reports) assertEquals(Object.keys(report), keys);
});

/** What is broken, and what its check makes of it. */
interface Fault {
  readonly check: string;
  readonly name: string;
  readonly options?: NovaOptions;
  readonly prepare?: (directory: string) => Promise<void>;
  readonly status: CheckReport["status"];
  readonly summary: RegExp;
  readonly hint: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    check: "config.files",
    name: "a line without '='",
    options: { more: "[glance]\nnonsense\n" },
    status: "failure",
    summary: /nova\.conf:\d+': an option needs/,
    hint: /.*/,
  },
  {
    check: "config.values",
    name: "a number that is none",
    options: { more: "[glance]\nnum_retries = many\n" },
    status: "failure",
    summary: /\[glance\]num_retries from '.*nova\.conf:\d+'/,
    hint: /correct the value/,
  },
  {
    check: "keystone.auth",
    name: "a wrong password",
    options: { auth: "keystone", more: "[keystone_authtoken]\npassword = wrong\n" },
    status: "failure",
    summary: /Keystone|token|401/,
    hint: /keystone_authtoken|password/,
  },
  {
    check: "glance.endpoint",
    name: "a Glance that is down",
    options: { more: "[glance]\nendpoint_override = http://127.0.0.1:1\nnum_retries = 0\n" },
    status: "failure",
    summary: /127\.0\.0\.1:1/,
    hint: /.+/,
  },
  {
    check: "seals.keys",
    name: "a key that is not there",
    options: { more: "[glance_direct]\nseal_keys = /etc/nova/none.pem\n" },
    status: "failure",
    summary: /\/etc\/nova\/none\.pem/,
    hint: /seal_keys|none\.pem/,
  },
  {
    check: "glance.tls",
    name: "a Glance elsewhere without TLS",
    options: { more: "[glance]\nendpoint_override = http://192.0.2.1:9292\n" },
    status: "warning",
    summary: /192\.0\.2\.1:9292 is not encrypted/,
    hint: /\[glance\]endpoint_override \(.*nova\.conf:\d+\)/,
  },
  {
    check: "glance.fsid",
    name: "a ceph.conf of another cluster",
    options: { cephConf: "other.conf" },
    prepare: (directory) =>
      Deno.writeTextFile(
        `${directory}/other.conf`,
        cephConf().replace(FSID, "00000000-0000-4000-8000-000000000000"),
      ),
    status: "failure",
    summary: new RegExp(`in cluster ${FSID}, but '.*' is of 00000000-0000`),
    hint: /ceph_clusters, or correct \[glance\]rbd_ceph_conf \(.*nova\.conf:\d+\)/,
  },
  {
    check: "rbd.conf",
    name: "a ceph.conf that is not there",
    options: { cephConf: "missing.conf" },
    status: "failure",
    summary: /missing\.conf': there is no such file/,
    hint: /\[glance\]rbd_ceph_conf/,
  },
  {
    check: "rbd.keyring",
    name: "a keyring without the user's key",
    options: { cephConf: "own.conf" },
    prepare: async (directory) => {
      const keyring = `${directory}/keyring`;
      await Deno.writeTextFile(keyring, "[client.somebody]\n");
      const text = cephConf().replace(/\[client\]\nkeyring = .*/, `[client]\nkeyring = ${keyring}`);
      await Deno.writeTextFile(`${directory}/own.conf`, text);
    },
    status: "failure",
    summary: /keyring' has no key of client\.nova/,
    hint: /ceph auth get client\.nova -o .*; the user is \[glance\]rbd_user/,
  },
  {
    check: "rbd.connect",
    name: "a monitor that does not answer",
    options: { cephConf: "dead.conf", connectTimeout: 2 },
    prepare: (directory) => Deno.writeTextFile(`${directory}/dead.conf`, cephConf(monitorAt(1, 2))),
    status: "failure",
    summary: /rbd ls exited with 110/,
    hint: /rbd_connect_timeout/,
  },
  {
    check: "rbd.read",
    name: "a user without rights on the pool",
    options: { user: "nocaps" },
    status: "failure",
    summary: WITHOUT_RIGHTS.words,
    hint: WITHOUT_RIGHTS.hint,
  },
  {
    check: "cache.directory",
    name: "a directory that takes no files",
    options: { more: "[DEFAULT]\ninstances_path = /sys/kernel\n" },
    status: "failure",
    summary: /sys\/kernel/,
    hint: /.+/,
  },
  {
    check: "cache.space",
    name: "more reserved than there is",
    options: { more: "[DEFAULT]\nreserved_host_disk_mb = 999999999\n" },
    status: "warning",
    summary: /^0 B free in/,
    hint: /\[DEFAULT\]reserved_host_disk_mb \(.*nova\.conf:\d+\)/,
  },
  {
    check: "cache.leftovers",
    name: "a file of a run that is dead",
    prepare: (directory) =>
      Deno.writeTextFile(
        `${directory}/instances/_base/.glance-direct-${"0".repeat(40)}.1.tmp`,
        "x",
      ),
    status: "warning",
    summary: /^Dead runs left .+ in a file/,
    hint: /glance-direct cache prune/,
  },
  {
    check: "metrics.file",
    name: "a directory that is not there",
    options: { more: "[glance_direct]\nmetrics_file = /nowhere/glance_direct.prom\n" },
    status: "failure",
    summary: /There is no directory '\/nowhere'/,
    hint: /\[glance_direct\]metrics_file \(.*nova\.conf:\d+\)/,
  },
  {
    check: "nova.images_type",
    name: "disks in Ceph",
    options: { more: "[libvirt]\nimages_type = rbd\n" },
    status: "warning",
    summary: /clones images within Ceph/,
    hint: /\[libvirt\]images_type \(.*nova\.conf:\d+\)/,
  },
  {
    check: "nova.direct_path",
    name: "nova's option and the specification's that disagree",
    options: { rbd: false, more: "[glance]\nallowed_direct_url_schemes = rbd\n" },
    status: "warning",
    summary:
      /allowed_direct_url_schemes turns the direct path on, .*enable_rbd_download.* is False/,
    hint: /both to the same value/,
  },
  {
    check: "certificates.trusted",
    name: "a certificate that does not exist",
    options: {
      auth: "keystone",
      more: "[glance]\ndefault_trusted_certificate_ids = 11111111-2222-4333-8444-555555555555\n",
    },
    status: "failure",
    summary: /11111111-2222-4333-8444-555555555555/,
    hint: /default_trusted_certificate_ids \(.*nova\.conf:\d+\)/,
  },
];

for (const { check, name, options = {}, prepare, status, summary, hint } of FAULTS) {
  Deno.test(`doctor ${check} finds ${name}`, async () => {
    let given = options;
    const place = async (directory: string) => {
      await prepare?.(directory);
      const { cephConf: conf } = options;
      if (conf === undefined) return;
      given = { ...options, cephConf: `${directory}/${conf}` };
      await writeNovaConf(directory, { auth: "none", ...given });
    };
    const { reports: [report], status: exit } = await doctor([check], { options, prepare: place });
    assertEquals([report?.id, report?.status], [check, status], report?.summary);
    assertEquals(exit, status === "failure" ? 2 : 1);
    assertMatch(report?.summary ?? "", summary);
    assertMatch(report?.hint ?? "", hint);
  });
}

/** A Glance of which only the list of images and the clock can be had: it refuses image data. */
function standIn(image: object, date = new Date()): { more: string } & AsyncDisposable {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    const headers = { "date": date.toUTCString() };
    if (url.endsWith("/file")) return new Response(null, { status: 403, headers });
    return Response.json({ images: [image] }, { headers });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    more: `[glance]\nendpoint_override = ${url}\nnum_retries = 0\n`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const WEAK = {
  id: "00000000-0000-4000-8000-000000000001",
  status: "active",
  size: 1,
  checksum: "0".repeat(32),
};

Deno.test("doctor glance.download finds a Glance that refuses image data", async () => {
  await using glance = standIn({ ...WEAK, size: 5 });
  const { reports: [report], status } = await doctor(["glance.download"], { options: glance });
  assertEquals([report?.status, status], ["warning", 1], report?.summary);
  assertMatch(report?.summary ?? "", /403.*there is no fallback if Ceph fails/);
});

Deno.test("doctor glance.locations and glance.hash find a record with neither", async () => {
  await using glance = standIn(WEAK);
  const { reports } = await doctor(["glance.locations", "glance.hash", "rbd.read"], {
    options: glance,
  });
  const found = reports.map(({ id, status, summary }) => `${id} ${status} ${summary}`);
  assertEquals(found, [
    `glance.locations warning Glance shows no rbd location of '${WEAK.id}': images come over HTTP`,
    "glance.hash warning 1 of 1 images have no os_hash_value",
    "rbd.read skipped No image of a configured cluster is known: see glance.locations",
  ]);
});

for (const [minutes, status] of [[1, "warning"], [60, "failure"]] as const) {
  Deno.test(`doctor clock.skew finds a Glance that is ${minutes} min ahead`, async () => {
    await using glance = standIn(WEAK, new Date(Date.now() + minutes * 60_000));
    const { reports: [report] } = await doctor(["clock.skew"], { options: glance });
    assertEquals(report?.status, status);
    assertMatch(report?.summary ?? "", /This clock is \d+ s behind Glance's/);
  });
}

Deno.test("doctor refuses a check that does not exist", async () => {
  const { status, reports } = await doctor(["rbd.nonsense"]);
  assertEquals(status, 64);
  assertEquals((reports as unknown as { code: string }).code, "usage");
});
