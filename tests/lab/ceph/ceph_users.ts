/**
 * The cephx users of the lab. Their keyrings contain their capabilities, so that one
 * `ceph auth import` creates or restores a user.
 *
 * @module
 */
import { run } from "./command.ts";
import { keyringOf } from "./ceph_conf.ts";
import { at, POOL } from "./layout.ts";

/** Clients by name, with their capabilities by kind of daemon. */
export const USERS = {
  admin: { mon: "allow *", osd: "allow *", mgr: "allow *" },
  /** Glance's: writes images. */
  glance: { mon: "profile rbd", osd: `profile rbd pool=${POOL}`, mgr: `profile rbd pool=${POOL}` },
  /** A compute host's: reads images. */
  nova: { mon: "profile rbd", osd: `profile rbd-read-only pool=${POOL}` },
  /** Has a key, but no capability on the pool. */
  nocaps: { mon: "allow r" },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** Name of one of {@linkcode USERS}. */
export type User = keyof typeof USERS;

/** The daemons' own identities. */
const DAEMONS = [
  ["mon.", at("ceph", "mon.keyring"), { mon: "allow *" }],
  ["mgr.x", at("ceph", "mgr", "keyring"), { mon: "profile mgr", osd: "allow *" }],
  ["osd.0", at("ceph", "osd", "keyring"), {
    mon: "profile osd",
    mgr: "profile osd",
    osd: "allow *",
  }],
] as const;

/**
 * Creates the keyring of every user and daemon, and one with all of them for the monitor's store.
 */
export async function makeKeyrings(): Promise<string> {
  const [[, all]] = DAEMONS;
  for (const [name, file, caps] of DAEMONS) await makeKeyring(name, file, caps);
  for (const [user, caps] of Object.entries(USERS)) {
    await makeKeyring(`client.${user}`, keyringOf(user), caps);
  }
  const parts = [...DAEMONS.slice(1).map(([, file]) => file), ...Object.keys(USERS).map(keyringOf)];
  for (const part of parts) await run(["ceph-authtool", all, "--import-keyring", part]);
  return all;
}

async function makeKeyring(
  name: string,
  file: string,
  caps: Readonly<Record<string, string>>,
): Promise<void> {
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  const flags = Object.entries(caps).flatMap(([daemon, allowed]) => ["--cap", daemon, allowed]);
  await run(["ceph-authtool", "--create-keyring", file, "--gen-key", "-n", name, ...flags]);
}
