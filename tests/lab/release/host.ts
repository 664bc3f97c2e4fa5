/**
 * Settings of the machine that a root inherits, so that the same mirrors and registries are
 * reachable: apt's network settings, certificate authorities, npm's configuration, proxies.
 *
 * @module
 */
import { run } from "../ceph/command.ts";
import { exists, write } from "../ceph/layout.ts";
import { homeOf, USERS } from "./accounts.ts";

/** The trusted certificates, in one file. */
const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

/** The directory for additional ones, for `update-ca-certificates`. */
const ADDED = "/usr/local/share/ca-certificates";

/** Variables that name a file with authorities. */
const AUTHORITIES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"];

/** Variables with proxy settings. */
const NETWORK =
  /^(https?_proxy|no_proxy|all_proxy|npm_config_registry|DENO_TLS_CA_STORE|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;

/** The mirror of a Debian machine; none elsewhere: mmdebstrap then uses Debian's own. */
export async function mirror(): Promise<readonly string[]> {
  if (!/^ID=debian$/m.test(await Deno.readTextFile("/etc/os-release"))) return [];
  const format = "$(SITE) $(REPO_URI) $(COMPONENT)";
  const targets = await run([
    "apt-get",
    "indextargets",
    "--format",
    format,
    "Created-By: Packages",
  ]);
  const [, uri] = targets.split("\n").find((line) => line.endsWith("/debian/ main"))?.split(" ") ??
    [];
  return uri === undefined ? [] : [uri];
}

/** Options of `apt.conf` for the network and the clock, in the format of `apt-config dump`. */
export async function aptOptions(): Promise<readonly string[]> {
  const wanted = /^Acquire::(https?::|Check-|Retries|ForceIPv4|AllowReleaseInfoChange)\S* ".+";$/;
  return (await run(["apt-config", "dump"])).split("\n").filter((line) => wanted.test(line));
}

/** The environment of every command in a root. */
export async function networkEnvironment(): Promise<Record<string, string>> {
  const entries = Object.entries(Deno.env.toObject()).filter(([name]) => NETWORK.test(name));
  // A proxy's authority is in the system's store, which Deno only reads on request.
  const store = await exists(BUNDLE) ? { DENO_TLS_CA_STORE: "system,mozilla" } : {};
  return { ...store, ...Object.fromEntries(entries) };
}

/** Updates a root's copies. */
export async function copySettings(root: string): Promise<void> {
  const named = AUTHORITIES.map((name) => Deno.env.get(name)).filter((path) => path !== undefined);
  const added = await exists(ADDED) ? (await Array.fromAsync(Deno.readDir(ADDED))) : [];
  const certificates = added.map(({ name }) => `${ADDED}/${name}`);
  for (const path of new Set([BUNDLE, ...named, ...certificates])) await copy(path, root);
  const npmrc = await npmSettings();
  for (const user of USERS) await write(`${root}${await homeOf(root, user)}/.npmrc`, npmrc);
}

/** npm's settings of the user and of the machine, which take effect in this order. */
async function npmSettings(): Promise<string> {
  const names = ["globalconfig", "userconfig"];
  const env = { HOME: Deno.env.get("HOME") ?? "" };
  const paths = await Promise.all(
    names.map((name) => run(["npm", "config", "get", name], { env })),
  );
  const texts = paths.map((path) => Deno.readTextFile(path.trim()).catch(() => ""));
  return (await Promise.all(texts)).join("\n");
}

async function copy(path: string, root: string): Promise<void> {
  if (!await exists(path)) return;
  await write(`${root}${path}`, await Deno.readTextFile(path));
}
