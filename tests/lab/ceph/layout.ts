/**
 * The places of the Ceph lab: one directory for everything it writes, and the loopback ports of its
 * services. Two environment variables change them; nothing else is configurable.
 *
 * @module
 */

/** Directory of the lab: `GLANCE_DIRECT_LAB`. */
export const ROOT: string = Deno.env.get("GLANCE_DIRECT_LAB") ?? "/tmp/glance-direct-lab";

/**
 * Added to every service's well-known port: `GLANCE_DIRECT_LAB_PORT_SHIFT`. The default avoids
 * services of the machine itself; another shift and another directory make a second lab.
 */
export const SHIFT: number = portShift(Deno.env.get("GLANCE_DIRECT_LAB_PORT_SHIFT") ?? "10000");

/**
 * TCP ports on 127.0.0.1. The OSD and the manager take free ones from 6800 on, as usual in Ceph.
 */
export const PORTS = {
  /** Monitor, messenger v2: 13300. */
  monitorV2: 3300 + SHIFT,
  /** Monitor, messenger v1: 16789. */
  monitorV1: 6789 + SHIFT,
  /** Keystone: 15000. */
  keystone: 5000 + SHIFT,
  /** Glance with Keystone: 19292. */
  glance: 9292 + SHIFT,
  /** Glance without authentication, same database and store: 19191. */
  glanceNoauth: 9191 + SHIFT,
  /** Barbican with Keystone: 19311. */
  barbican: 9311 + SHIFT,
  /** Barbican without authentication: 19312. */
  barbicanNoauth: 9312 + SHIFT,
} as const;

/** Identity of the cluster; fixed, so that configuration files can contain it. */
export const FSID = "c3b1ab00-91a9-4ced-8d1e-0123456789ab";

/** The pool that Glance's rbd store writes to. */
export const POOL = "images";

/** A path below {@linkcode ROOT}. */
export function at(...parts: readonly string[]): string {
  return [ROOT, ...parts].join("/");
}

/** The URL of a service on one of {@linkcode PORTS}. */
export function url(port: number, path = ""): string {
  return `http://127.0.0.1:${port}${path}`;
}

/** Writes a file, and creates its directory. */
export async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, text);
}

/** Whether a path exists. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** The synchronous form, for what is needed before anything runs. */
export function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function portShift(text: string): number {
  const shift = Number(text);
  if (Number.isInteger(shift) && shift >= 0 && shift <= 50000) return shift;
  throw new Error(`Cannot add '${text}' to ports: GLANCE_DIRECT_LAB_PORT_SHIFT is 0 to 50000`);
}
