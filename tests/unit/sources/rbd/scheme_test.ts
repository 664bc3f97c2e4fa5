/**
 * How the configuration of a host decides about a location in Ceph.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { RBD_PROGRAM } from "@/sources/rbd/program.ts";
import { rbdScheme } from "@/sources/rbd/scheme.ts";
import { IMAGE_ID, imageOf } from "../../../doubles/image.ts";
import { planningHost } from "../../../doubles/scheme.ts";

const HERE = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const AWAY = "6e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const CEPH = { "/etc/ceph/ceph.conf": `[global]\nfsid = ${HERE}\n` };
const ON = "[glance]\nenable_rbd_download = true\nrbd_user = nova\n";

const at = (fsid: string, pool = "images", image = IMAGE_ID) => ({
  url: `rbd://${fsid}/${pool}/${image}/snap`,
  metadata: {},
});

function plan(conf: string, location = at(HERE), only?: string) {
  return rbdScheme.plan(location, imageOf(""), { ...planningHost(conf, CEPH), only });
}

/** What the plan fails with. */
function refusal(conf: string, location = at(HERE)): string {
  const error = assertThrows(() => plan(conf, location), ToolError);
  return `${error.code}: ${error.hints.join()}`;
}

Deno.test("rbdScheme reads what the direct path allows, from the one cluster of the location", () => {
  const { label, settings } = plan(ON, at(HERE.toUpperCase()));
  assertEquals(label, at(HERE).url);
  assertEquals(settings.program, RBD_PROGRAM);
  assertEquals([settings.conf, settings.user], ["/etc/ceph/ceph.conf", "nova"]);
});

Deno.test("rbdScheme is off by default, says what turns it on, and --source rbd does so, too", () => {
  assertEquals(
    refusal(""),
    "location_invalid: set [glance]enable_rbd_download = true, or [glance_direct]schemes = rbd",
  );
  assertEquals(plan("", at(HERE), "rbd").label, at(HERE).url);
});

Deno.test("rbdScheme reads no other cluster, pool or name than this host may", () => {
  assertEquals(refusal(ON, at(AWAY)).startsWith("location_invalid: add it to"), true);
  const hint = refusal(`${ON}rbd_pool = vms\n`);
  assertEquals(hint, "location_invalid: add the pool to [glance]rbd_pool");
  assertEquals(refusal(ON, at(HERE, "images", "other")).includes("allow_foreign_names"), true);
});

Deno.test("rbdScheme reads in the thread what it has planned", () => {
  const { label, settings } = plan(ON);
  const reading = { context: planningHost().context as never, client: undefined };
  assertEquals(rbdScheme.source(structuredClone(settings), reading).label, label);
});

Deno.test("rbdScheme passes whole seconds to rbd, fewer than the transfer waits for it", () => {
  const secondsOf = (stall: string) =>
    plan(`${ON}[glance_direct]\nstall_timeout = ${stall}\n`).settings.requestTimeout;
  assertEquals(["1s", "1500ms", "4s", "30s", "10m"].map(secondsOf), [1, 1, 3, 27, 540]);
});
