/**
 * The lab as a whole: its services, their addresses, and how to start, repair and stop them.
 *
 * @module
 */
import { barbican, barbicanNoauth, startBarbican } from "./barbican.ts";
import { isOsdUp, mgr, mon, osd, rbd, startCluster } from "./ceph_cluster.ts";
import { type User, USERS } from "./ceph_users.ts";
import type { Daemon } from "./daemon.ts";
import { restoreUser } from "./damage.ts";
import { proveItself } from "./proof.ts";
import { glance, glanceNoauth, makeGlance, startGlance } from "./glance.ts";
import type { GlanceOptions } from "./glance_conf.ts";
import { untilAnswers } from "./http.ts";
import { keystone, startKeystone } from "./keystone.ts";
import { at, exists, POOL, PORTS, ROOT, url, write } from "./layout.ts";
import { step, until } from "./wait.ts";

/** Where the APIs are. */
export const ENDPOINTS = {
  /** Keystone, version 3. */
  keystone: url(PORTS.keystone, "/v3"),
  /** Glance behind Keystone. */
  glance: url(PORTS.glance),
  /** Glance without authentication. */
  glanceNoauth: url(PORTS.glanceNoauth),
  /** Barbican behind Keystone. */
  barbican: url(PORTS.barbican),
  /** Barbican without authentication; it requires any `X-Project-Id`. */
  barbicanNoauth: url(PORTS.barbicanNoauth),
} as const;

/** Every daemon, in order of dependency. */
const DAEMONS: readonly Daemon[] = [
  mon,
  mgr,
  osd,
  keystone,
  barbican,
  barbicanNoauth,
  glance,
  glanceNoauth,
];

/** Exists once everything has worked; a lab without it is created again. */
const READY = at("ready");

/** Locked while the lab changes; also marks a directory as a lab. */
const LOCK = at("lock");

/** Removed with a lab that never became ready. Test images are kept. */
const STATE = ["ceph", "keystone", "barbican", "glance", "run", "log"] as const;

/** Starts what is not running, and creates it the first time. The packages must be installed. */
export async function startLab(options: GlanceOptions = {}): Promise<void> {
  using _lock = await lock();
  if (!await exists(READY)) await discard();
  await resumeAll();
  await Promise.all([startCluster(), startKeystone().then(startBarbican).then(makeGlance)]);
  await step("glance: APIs", () => startGlance(options));
  await step("an image, stored and read", proveItself);
  await write(READY, "");
}

/** Stops every daemon of the lab, dependent ones first. */
export async function stopLab(): Promise<void> {
  using _lock = await lock();
  await stopAll();
}

/** Stops the lab and removes its directory. */
export async function wipeLab(): Promise<void> {
  await stopLab();
  await Deno.remove(ROOT, { recursive: true });
}

/**
 * Repairs what a test has broken: paused and killed daemons, users, Glance's options. Data stays
 * unchanged; tests only damage their own.
 */
export async function restore(): Promise<void> {
  await resumeAll();
  for (const daemon of DAEMONS) await daemon.start();
  for (const user of Object.keys(USERS) as User[]) {
    if (user !== "admin") await restoreUser(user);
  }
  await until("OSD that is up", isOsdUp);
  await rbd(["ls", POOL]);
  await startGlance();
  for (const endpoint of Object.values(ENDPOINTS)) await untilAnswers(endpoint);
}

async function resumeAll(): Promise<void> {
  for (const daemon of DAEMONS) await daemon.resume();
}

async function stopAll(): Promise<void> {
  for (const daemon of DAEMONS.toReversed()) {
    if (await daemon.pid() !== undefined) await step(`${daemon.name} ended`, () => daemon.stop());
  }
}

async function discard(): Promise<void> {
  await stopAll();
  for (const name of STATE) {
    if (await exists(at(name))) await Deno.remove(at(name), { recursive: true });
  }
}

async function lock(): Promise<Disposable> {
  await Deno.mkdir(ROOT, { recursive: true });
  const names = await Array.fromAsync(Deno.readDir(ROOT));
  if (names.length > 0 && !await exists(LOCK)) {
    throw new Error(`Cannot use '${ROOT}' for the lab: it holds other files`);
  }
  const file = await Deno.open(LOCK, { write: true, create: true });
  await file.lock(true); // Whoever holds it has a bound on each of its steps.
  return file;
}
