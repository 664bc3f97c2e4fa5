/**
 * Connects to the cluster of a ceph.conf, which is the directory of that file: reads the conf,
 * looks for monitors, authenticates with a keyring, and fails like librados.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { RbdFault } from "../fault.ts";
import type { Invocation } from "./arguments.ts";
import { errno, logged, NOT_CONNECTED, RbdFailure, wait } from "./failure.ts";

/** The content of `cluster.json`. */
export interface ClusterFile {
  /** Users by id, with their key and the pools that they may read. */
  readonly users: Readonly<Record<string, { readonly key: string; readonly pools: string[] }>>;
  /** Faults by image name; `*` is for all. */
  readonly faults: Readonly<Record<string, RbdFault>>;
}

/** A connection to the cluster as one user. */
export interface Connection {
  /** Directory of the ceph.conf. */
  readonly directory: string;
  /** User id without `client.`. */
  readonly user: string;
  /** Users and faults. */
  readonly cluster: ClusterFile;
  /** `rados_osd_op_timeout` in seconds; 0 waits for ever. */
  readonly osdTimeout: number;
}

type Settings = ReadonlyMap<string, string>;

/** Connects with the options of the command line. @throws {RbdFailure} As librados fails. */
export function connect(
  { ceph, image }: Invocation,
  cephConf: string | undefined,
): Connection {
  const user = ceph.get("name")?.replace(/^client\./, "") ?? ceph.get("id") ?? ceph.get("user") ??
    "admin";
  const conf = ceph.get("conf") ?? cephConf ?? "/etc/ceph/ceph.conf";
  const text = readConf(conf, ceph.has("conf"));
  const settings = new Map([...parseConf(text, user), ...ceph]);
  findMonitors(settings);
  const directory = dirname(conf);
  // For the lab, which tracks running processes.
  Deno.writeTextFileSync(join(directory, "pids"), `${Deno.pid}\n`, { append: true });
  const cluster = readCluster(directory);
  if (cluster === undefined || faultOf({ cluster }, image)?.kind === "monitor") {
    throw timedOut(settings);
  }
  authenticate(settings, user, cluster);
  const osdTimeout = Number(settings.get("rados-osd-op-timeout") ?? 0);
  return { directory, user, cluster, osdTimeout };
}

/** The fault of an image, if any. */
export function faultOf(
  { cluster }: Pick<Connection, "cluster">,
  image: string,
): RbdFault | undefined {
  return cluster.faults[image] ?? cluster.faults["*"];
}

/** Waits for an OSD that does not answer: for ever, or `rados_osd_op_timeout` seconds. */
export function osdDown(connection: Connection, ...lines: readonly string[]): never {
  wait(connection.osdTimeout === 0 ? Infinity : connection.osdTimeout * 1000);
  throw new RbdFailure(110, ...lines);
}

function readConf(path: string, named: boolean): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    if (named) {
      throw new RbdFailure(
        1,
        `global_init: unable to open config file from search list ${path}`,
      );
    }
    throw new RbdFailure(
      2,
      "did not load config file, using default settings.",
      "unable to get monitor info from DNS SRV with service name: ceph-mon",
      logged("failed for service _ceph-mon._tcp"),
      NOT_CONNECTED,
    );
  }
}

/** Settings of [global], [client] and [client.USER], later sections winning; metavariables expanded. */
function parseConf(text: string, user: string): Settings {
  const sections = new Map<string, Map<string, string>>();
  let section = "global";
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.replace(/[#;].*$/, "").trim();
    const heading = /^\[(.+)\]$/.exec(line)?.[1];
    const [, key, value = ""] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (heading !== undefined) section = heading;
    else if (key !== undefined) {
      const values = sections.get(section) ?? new Map<string, string>();
      values.set(key.replaceAll(/[ _]/g, "-"), expand(value, user));
      sections.set(section, values);
    } else if (line !== "") throw unparsable(index + 1);
  }
  return new Map(
    ["global", "client", `client.${user}`].flatMap((name) => [...sections.get(name) ?? []]),
  );
}

function expand(value: string, user: string): string {
  return value
    .replaceAll("$name", `client.${user}`)
    .replaceAll("$id", user)
    .replaceAll("$type", "client")
    .replaceAll("$cluster", "ceph");
}

function unparsable(line: number): RbdFailure {
  const where = `expected '<eoi>' in line ${line} at position 1`;
  return new RbdFailure(1, `global_init: error reading config file. parse error: ${where}`, "");
}

function findMonitors(settings: Settings): void {
  const host = settings.get("mon-host") ?? "";
  const lost = logged("monclient: get_monmap_and_config cannot identify monitors to contact");
  if (host === "") {
    throw new RbdFailure(
      2,
      "unable to get monitor info from DNS SRV with service name: ceph-mon",
      NOT_CONNECTED,
      logged("failed for service _ceph-mon._tcp"),
      lost,
    );
  }
  if (host.endsWith(".invalid")) {
    // The real one writes this to standard output, into the image data.
    const text = `server name not found: ${host} (Name or service not known)\n`;
    Deno.stdout.writeSync(new TextEncoder().encode(text));
    throw new RbdFailure(22, `unable to parse addrs in '${host}'`, NOT_CONNECTED, lost);
  }
}

function readCluster(directory: string): ClusterFile | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(join(directory, "cluster.json")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function timedOut(settings: Settings): RbdFailure {
  const seconds = Number(settings.get("client-mount-timeout") ?? 300);
  wait(seconds === 0 ? Infinity : seconds * 1000);
  const text = `monclient(hunting): authenticate timed out after ${seconds}`;
  return new RbdFailure(110, logged(text, 0), NOT_CONNECTED);
}

function authenticate(settings: Settings, user: string, { users }: ClusterFile): void {
  const path = settings.get("keyring") ?? `/etc/ceph/ceph.client.${user}.keyring`;
  const text = readKeyring(path);
  const section = text.split(/^\[/m).find((part) => part.startsWith(`client.${user}]`));
  if (section === undefined && !text.trimStart().startsWith("[")) {
    throw garbledKeyring(path, "cannot parse buffer");
  }
  const key = /^\s*key\s*=\s*(.*?)\s*$/m.exec(section ?? "")?.[1];
  if (key !== undefined && !isKey(key)) {
    // The real one repeats the key, whatever it is.
    throw garbledKeyring(path, `error setting modifier for [client.${user}] type=key val=${key}`);
  }
  if (key === undefined || users[user]?.key !== key) {
    const text = "monclient(hunting): handle_auth_bad_method server allowed_methods [2] " +
      "but i only support [2]";
    throw new RbdFailure(13, logged(text), NOT_CONNECTED);
  }
}

function readKeyring(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    const number = error instanceof Deno.errors.NotFound ? 2 : 13;
    const missing = logged(`auth: unable to find a keyring on ${path}: ${errno(number)}`);
    const after = number === 2
      ? `AuthRegistry(0x558597a322a8) no keyring found at ${path}, disabling cephx`
      : "monclient: keyring not found";
    throw new RbdFailure(number, missing, logged(after), NOT_CONNECTED);
  }
}

/** Whether Ceph 16 accepts it: base64 of type 1 (aes), a time, and a secret of 16 bytes. */
function isKey(text: string): boolean {
  return /^AQ[A-D][A-Za-z0-9+/]{11}AA[A-Za-z0-9+/]{22}==$/.test(text);
}

function garbledKeyring(path: string, reason: string): RbdFailure {
  return new RbdFailure(
    5,
    logged(`auth: error parsing file ${path}: ${reason}: Malformed input`),
    logged(`auth: failed to load ${path}: ${errno(5)}`),
    logged("monclient: keyring not found"),
    NOT_CONNECTED,
  );
}
