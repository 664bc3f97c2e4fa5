/**
 * Which cluster has an fsid, and with which ceph.conf and user.
 *
 * @module
 */
import {
  clusterFor,
  defaultCluster,
  furtherClusters,
  readCephConf,
} from "@/config/ceph_clusters.ts";
import { ToolError } from "@/errors.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { memoryConfig, memoryFiles } from "./memory_config.ts";

const EAST = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const WEST = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const OTHER = "11111111-2222-3333-4444-555555555555";

const FILES = memoryFiles({
  "/etc/ceph/ceph.conf": `[global]\nfsid = ${EAST}\n`,
  "/etc/ceph/glance.conf": `[client.glance]\nfsid = ${WEST}\n`,
  "/etc/ceph/minimal.conf": "[global]\nmon_host = 10.0.0.1\n",
});

Deno.test("defaultCluster is Ceph's own default when nothing is configured", () => {
  assertEquals(defaultCluster(memoryConfig(), FILES), {
    fsid: EAST,
    conf: "/etc/ceph/ceph.conf",
    user: "admin",
  });
});

Deno.test("defaultCluster prefers [glance] to [libvirt], each option on its own", () => {
  const libvirt = "[libvirt]\nrbd_user = nova\nimages_rbd_ceph_conf = /etc/ceph/minimal.conf\n";
  const glance = "[glance]\nrbd_user = glance\nrbd_ceph_conf =\n";
  assertEquals(defaultCluster(memoryConfig({ text: libvirt }), FILES), {
    fsid: undefined,
    conf: "/etc/ceph/minimal.conf",
    user: "nova",
  });
  const both = defaultCluster(memoryConfig({ text: libvirt + glance }), FILES);
  assertEquals([both.conf, both.user], ["/etc/ceph/minimal.conf", "glance"]);
});

Deno.test("defaultCluster reads ceph.conf as its user does", () => {
  const text = "[glance]\nrbd_ceph_conf = /etc/ceph/glance.conf\nrbd_user = ";
  assertEquals(defaultCluster(memoryConfig({ text: `${text}glance\n` }), FILES).fsid, WEST);
  assertEquals(defaultCluster(memoryConfig({ text: `${text}nova\n` }), FILES).fsid, undefined);
});

Deno.test("furtherClusters reads lines, commas and repeated options", () => {
  const text = "[libvirt]\nrbd_user = nova\n[glance_direct]\n" +
    `ceph_clusters = ${WEST.toUpperCase()}  /etc/ceph/west.conf  west\n` +
    `ceph_clusters =\n  ${EAST} /e.conf\n  ${OTHER} /o.conf o, ${WEST} /w.conf\n`;
  assertEquals(furtherClusters(memoryConfig({ text })), [
    { fsid: WEST, conf: "/etc/ceph/west.conf", user: "west" },
    { fsid: EAST, conf: "/e.conf", user: "nova" },
    { fsid: OTHER, conf: "/o.conf", user: "o" },
    { fsid: WEST, conf: "/w.conf", user: "nova" },
  ]);
  assertEquals(furtherClusters(memoryConfig()), []);
});

Deno.test("furtherClusters shows the wrong entry and its place", () => {
  for (
    const entry of [WEST, `${WEST} west.conf`, `west /w.conf`, `${WEST} /w.conf a b`, `${WEST}:/w`]
  ) {
    const config = memoryConfig({ text: `[glance_direct]\nceph_clusters = ${entry}\n` });
    const error = assertThrows(() => furtherClusters(config), ToolError);
    assertEquals(error.code, "config_invalid");
    assertEquals(
      error.message,
      `Cannot read [glance_direct]ceph_clusters from '/nova.conf:2': '${entry}' is not ` +
        "'FSID /PATH/OF/CEPH.CONF [USER]'",
    );
  }
});

Deno.test("clusterFor finds the default cluster and the further ones by fsid, in any case", () => {
  const config = memoryConfig({ text: `[glance_direct]\nceph_clusters = ${WEST} /w.conf w\n` });
  assertEquals(clusterFor(WEST.toUpperCase(), config, FILES)?.conf, "/w.conf");
  assertEquals(clusterFor(EAST.toUpperCase(), config, FILES)?.conf, "/etc/ceph/ceph.conf");
  assertEquals(clusterFor(OTHER, config, FILES), undefined);
});

Deno.test("clusterFor lets a further cluster replace the default one", () => {
  const config = memoryConfig({ text: `[glance_direct]\nceph_clusters = ${EAST} /e.conf e\n` });
  assertEquals(clusterFor(EAST, config, FILES), { fsid: EAST, conf: "/e.conf", user: "e" });
});

Deno.test("clusterFor uses the default cluster for any fsid when its ceph.conf has none", () => {
  const config = memoryConfig({ text: "[glance]\nrbd_ceph_conf = /etc/ceph/minimal.conf\n" });
  assertEquals(clusterFor(OTHER, config, FILES)?.conf, "/etc/ceph/minimal.conf");
});

Deno.test("readCephConf says which setting a missing ceph.conf comes from", () => {
  const error = assertThrows(() => readCephConf("/nosuch.conf", "glance", FILES), ToolError);
  assertEquals(error.message, "Cannot read '/nosuch.conf': there is no such file");
  assertEquals(error.code, "config_invalid");
});
