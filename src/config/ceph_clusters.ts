/**
 * The Ceph clusters that this host can read from, with their ceph.conf and user.
 *
 * @module
 */
import { CephConf } from "@/config/ceph_conf.ts";
import type { Config } from "@/config/config.ts";
import { readUtf8 } from "@/config/utf8_file.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** A cluster, and how to connect to it. */
export interface CephCluster {
  /** Its fsid in lower case; `undefined` if its ceph.conf has none. */
  readonly fsid: string | undefined;
  /** Absolute path of its ceph.conf. */
  readonly conf: string;
  /** The user, without `client.`. */
  readonly user: string;
}

/** The defaults of Ceph's programs. */
const DEFAULT_CONF = "/etc/ceph/ceph.conf";
const DEFAULT_USER = "admin";

const FSID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The cluster with an fsid. `[glance_direct]ceph_clusters` is checked first; a default cluster
 * whose ceph.conf has no fsid matches any.
 *
 * @param fsid As in the location, in any case.
 * @returns `undefined` if no configured cluster has that fsid.
 * @throws {ToolError} `config_invalid` or `permission_denied`, if ceph.conf cannot be read.
 */
export function clusterFor(
  fsid: string,
  config: Config,
  files: Pick<Files, "readBytes" | "stat">,
): CephCluster | undefined {
  const wanted = fsid.toLowerCase();
  const further = furtherClusters(config).find((cluster) => cluster.fsid === wanted);
  if (further !== undefined) return further;
  const cluster = defaultCluster(config, files);
  return cluster.fsid === undefined || cluster.fsid === wanted ? cluster : undefined;
}

/**
 * The cluster of nova's own options: `[glance]rbd_ceph_conf` and `rbd_user`, each falling back to its
 * `[libvirt]` twin (nova: `GlanceImageServiceV2.rbd_download`) and then to Ceph's own default.
 *
 * @throws {ToolError} `config_invalid` or `permission_denied`, if ceph.conf cannot be read.
 */
export function defaultCluster(
  config: Config,
  files: Pick<Files, "readBytes" | "stat">,
): CephCluster {
  const conf = firstSet(
    config.get("glance.rbd_ceph_conf"),
    config.get("libvirt.images_rbd_ceph_conf"),
  ) ?? DEFAULT_CONF;
  const user = defaultUser(config);
  return { fsid: readCephConf(conf, user, files).fsid, conf, user };
}

/**
 * The clusters of `[glance_direct]ceph_clusters`: entries `FSID CEPH.CONF [USER]`, one per line or
 * separated by commas. Without a user, the default cluster's user applies.
 *
 * @throws {ToolError} `config_invalid`, if an entry has another form.
 */
export function furtherClusters(config: Config): readonly CephCluster[] {
  const user = defaultUser(config);
  return (config.get("glance_direct.ceph_clusters") ?? [])
    .flatMap((text) => text.split(/[\n,]/))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => parseEntry(entry, user, config.originOf("glance_direct.ceph_clusters")));
}

function parseEntry(entry: string, defaultUser: string, origin: string): CephCluster {
  const [fsid = "", conf = "", user = defaultUser, ...rest] = entry.split(/\s+/);
  if (!FSID.test(fsid) || !conf.startsWith("/") || rest.length > 0) {
    throw new ToolError(
      "config_invalid",
      `Cannot read [glance_direct]ceph_clusters from '${origin}': '${entry}' is not 'FSID /PATH/OF/CEPH.CONF [USER]'`,
      { hints: ["correct it there, then: glance-direct doctor rbd.conf"] },
    );
  }
  return { fsid: fsid.toLowerCase(), conf, user };
}

/**
 * Reads a ceph.conf.
 *
 * @throws {ToolError} `config_invalid` if it is missing or malformed, `permission_denied` if it may not be read.
 */
export function readCephConf(
  path: string,
  user: string,
  files: Pick<Files, "readBytes" | "stat">,
): CephConf {
  if (files.stat(path)?.isFile !== true) {
    throw new ToolError("config_invalid", `Cannot read '${path}': there is no such file`, {
      hints: ["set [glance]rbd_ceph_conf to the cluster's ceph.conf"],
    });
  }
  return new CephConf(readUtf8(files, path), path, user);
}

function defaultUser(config: Config): string {
  return firstSet(config.get("glance.rbd_user"), config.get("libvirt.rbd_user")) ?? DEFAULT_USER;
}

/** An empty text counts as unset: nova falls back with Python's `or`. */
function firstSet(...texts: readonly (string | undefined)[]): string | undefined {
  return texts.find((text) => text !== undefined && text !== "");
}
