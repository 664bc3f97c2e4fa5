/**
 * A Ceph cluster of one monitor, one manager and one OSD (BlueStore on a sparse file), with cephx.
 *
 * @module
 */
import { CEPH_CONF, cephConf, MONITOR } from "./ceph_conf.ts";
import { makeKeyrings } from "./ceph_users.ts";
import { run, type RunOptions } from "./command.ts";
import { Daemon } from "./daemon.ts";
import { at, exists, FSID, POOL, write } from "./layout.ts";
import { step, until } from "./wait.ts";

/** The monitor. */
export const mon: Daemon = daemon("ceph-mon", "mon", "a");
/** The manager; it provides statistics, and data does not need it. */
export const mgr: Daemon = daemon("ceph-mgr", "mgr", "x");
/** The only OSD: while it is down, nothing can be read or written. */
export const osd: Daemon = daemon("ceph-osd", "osd", "0");

function daemon(program: string, kind: string, id: string): Daemon {
  return new Daemon({ name: kind, argv: () => [program, "-f", "-i", id, "-c", CEPH_CONF] });
}

/** Runs `ceph` as the administrator and returns its output. */
export async function ceph(args: readonly string[], options?: RunOptions): Promise<string> {
  return await run(["ceph", "-c", CEPH_CONF, "--connect-timeout", "20", ...args], options);
}

/** The major version of this machine's Ceph: Debian 12 has 16, Debian 13 has 18. */
export async function cephVersion(): Promise<number> {
  const version = await run(["ceph", "--version"]);
  return Number(/ version (\d+)\./.exec(version)?.[1]);
}

/** Runs `rbd` as Glance's user and returns its output. */
export async function rbd(args: readonly string[], options?: RunOptions): Promise<string> {
  return await run(["rbd", "-c", CEPH_CONF, "--id", "glance", ...args], options);
}

/** Runs `rados` on Glance's pool and returns its output. */
export async function rados(args: readonly string[], options?: RunOptions): Promise<string> {
  return await run(["rados", "-c", CEPH_CONF, "--id", "glance", "-p", POOL, ...args], options);
}

/**
 * Starts the cluster, creating it the first time, and waits until the pool can be used.
 *
 * @throws {Error} If the cluster was made for other ports or by another version of this file.
 */
export async function startCluster(): Promise<void> {
  const fresh = !await exists(CEPH_CONF);
  if (!fresh && await Deno.readTextFile(CEPH_CONF) !== cephConf()) {
    throw new Error(
      `Cannot start the cluster of another '${CEPH_CONF}': deno task lab:down --wipe`,
    );
  }
  if (fresh) await step("ceph: configuration, keys, monitor's store", makeMonitor);
  await step("ceph: monitor", async () => {
    await mon.start();
    await ceph(["mon", "stat"]);
  });
  await mgr.start();
  if (fresh) await step("ceph: OSD's store", makeOsd);
  await step("ceph: OSD", async () => {
    await osd.start();
    await until("OSD that is up", isOsdUp);
  });
  if (fresh) await step(`ceph: pool '${POOL}'`, makePool);
}

/** Whether the monitor reports the OSD as up. */
export async function isOsdUp(): Promise<boolean> {
  const stat = JSON.parse(await ceph(["osd", "stat", "-f", "json"])) as { num_up_osds: number };
  return stat.num_up_osds === 1;
}

async function makeMonitor(): Promise<void> {
  await write(CEPH_CONF, cephConf());
  for (const name of ["log", "run", "ceph/mon"]) await Deno.mkdir(at(name), { recursive: true });
  const [keyring, map] = [await makeKeyrings(), at("ceph", "monmap")];
  await run(["monmaptool", "--create", "--clobber", "--fsid", FSID, "--addv", "a", MONITOR, map]);
  const stores = ["--monmap", map, "--keyring", keyring];
  await run(["ceph-mon", "--mkfs", "-i", "a", "-c", CEPH_CONF, ...stores]);
}

/** Its key is in the monitor's store already, so `osd new` needs no secrets. */
async function makeOsd(): Promise<void> {
  const uuid = crypto.randomUUID();
  await ceph(["osd", "new", uuid, "0"]);
  await run(["ceph-osd", "-i", "0", "-c", CEPH_CONF, "--mkfs", "--osd-uuid", uuid]);
}

async function makePool(): Promise<void> {
  await ceph(["osd", "pool", "create", POOL, "32", "32", "replicated"]);
  await run(["rbd", "-c", CEPH_CONF, "--id", "admin", "pool", "init", POOL]);
}
