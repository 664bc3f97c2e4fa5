/**
 * The permissions of the thread of a transfer, computed from its plan: the programs it starts, the
 * servers it contacts, the directory it writes to. Nothing is granted in advance.
 *
 * @module
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryPath } from "@/cache/paths.ts";
import { QEMU_IMG_PLACES } from "@/cache/qemu_img_program.ts";
import type { PermissionKind } from "@/context.ts";
import { addressOf } from "@/openstack/http/dial.ts";
import { SCHEMES } from "@/sources/registry.ts";
import { HASH_WORKER } from "@/bytes/hasher.ts";
import type { Plan } from "@/plan/plan.ts";
import { CHUNK_WORKER } from "@/seals/chunk_thread.ts";

/** Permissions of a Worker (`deno.permissions`). An empty list would mean everything, so it is `false`. */
export interface TransferPermissions {
  /** Programs, by absolute path. */
  readonly run: string[] | false;
  /** Servers, each `host:port`. */
  readonly net: string[] | false;
  /** Files and directories. */
  readonly read: string[];
  /** Directories, or single names. */
  readonly write: string[] | false;
  /** The free space of a file system, nothing else. */
  readonly sys: ["statfs"];
  /** No variable. */
  readonly env: false;
  /** No native code. */
  readonly ffi: false;
  /** No remote module. */
  readonly import: false;
}

/** The least permissions that a plan needs. */
export function permissionsFor(plan: Plan): TransferPermissions {
  const { chunks, needs, target } = plan;
  const path = target.kind === "file" ? target.publication.path : undefined;
  return {
    run: listed(programsOf(plan)),
    net: listed([...needs.servers, ...serversOf(plan)]),
    // The modules of the workers: when run from source, starting a worker needs permission to read
    // it.
    read: [
      ...path === undefined ? [] : [dirname(path)],
      ...needs.directories,
      ...[HASH_WORKER, ...chunks === null ? [] : [CHUNK_WORKER]].map((url) => fileURLToPath(url)),
    ],
    write: path === undefined ? false : placesOf(path, plan),
    sys: ["statfs"],
    env: false,
    ffi: false,
    import: false,
  };
}

/**
 * Permissions that the main thread no longer needs: it uses the network only to renew proofs for
 * Glance.
 */
export function revocablePermissions({ glance }: Plan): readonly PermissionKind[] {
  return ["run", "read", "write", "sys", "ffi", ...glance === null ? ["net"] as const : []];
}

function programsOf({ needs, target }: Plan): readonly string[] {
  const raw = target.kind === "file" ? target.raw : null;
  return [...needs.programs, ...raw === null ? [] : [raw.program]];
}

/** Every program that the binary may run. */
const PROGRAMS = [
  ...SCHEMES.flatMap(({ programs }) => programs ?? []),
  ...Object.values(QEMU_IMG_PLACES),
];

/**
 * Where the file is made: its directory, because leftovers of dead runs are removed there as well.
 * A directory that contains, at any depth, a program that may be run is an exception: write access
 * to such a program would allow to run anything, so Deno refuses to grant it to a thread. Then the
 * names of the file must do.
 */
function placesOf(path: string, { identity: { pid } }: Plan): string[] {
  const directory = dirname(path);
  const prefix = directory.endsWith("/") ? directory : `${directory}/`;
  const isPlain = !PROGRAMS.some((program) => program.startsWith(prefix));
  if (isPlain) return [directory];
  return [path, temporaryPath(path, pid, "tmp"), temporaryPath(path, pid, "raw")];
}

/**
 * With a proxy, the name of the server is also needed. A connection that the runtime does not
 * verify goes through a relay on a loopback port that is not known in advance
 * (`src/system/throttled_relay.ts`).
 */
function serversOf({ glance }: Plan): readonly string[] {
  if (glance === null) return [];
  const { access: { endpoints, transport: { pinned, proxy, tls } }, addresses } = glance;
  const named = [...endpoints, ...proxy === undefined ? [] : [proxy]].map(hostAndPort);
  const numbered = endpoints.map(addressOf).flatMap(({ hostname, port }) =>
    (addresses[hostname] ?? []).map((address) => `${bracketed(address)}:${port}`)
  );
  const isRelayed = (tls.insecure === true && endpoints.some((url) => url.startsWith("https:"))) ||
    pinned.size > 0;
  return [...new Set([...named, ...numbered, ...isRelayed ? ["127.0.0.1"] : []])];
}

function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** Default ports of URLs; `URL` drops those of http and https even if they are given. */
const PORTS: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "socks5:": 1080,
  "socks5h:": 1080,
};

function hostAndPort(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === "" ? PORTS[protocol] ?? 443 : port}`;
}

function listed(list: readonly string[]): string[] | false {
  return list.length === 0 ? false : [...list];
}
