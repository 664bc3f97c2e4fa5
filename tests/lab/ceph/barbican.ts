/**
 * Barbican, with and without Keystone, over one database.
 *
 * @module
 */
import { run } from "./command.ts";
import { AUTH_URL, passwordOptions } from "./credentials.ts";
import { Daemon } from "./daemon.ts";
import { useWriteAheadLog } from "./database.ts";
import { untilAnswers } from "./http.ts";
import { at, exists, PORTS, url, write } from "./layout.ts";
import { uwsgi } from "./uwsgi.ts";
import { step } from "./wait.ts";

const DATABASE = at("barbican", "barbican.db");

/** One of the two instances: its name, port and the pipeline of Debian's `barbican-api-paste.ini`. */
interface Instance {
  readonly name: string;
  readonly port: number;
  readonly pipeline: string;
}

const KEYSTONE = { name: "barbican", port: PORTS.barbican, pipeline: "barbican-api-keystone" };
const NOAUTH = { name: "barbican-noauth", port: PORTS.barbicanNoauth, pipeline: "barbican_api" };

/** The key manager that uses Keystone. */
export const barbican: Daemon = daemon(KEYSTONE);
/** The key manager that trusts `X-Project-Id`. */
export const barbicanNoauth: Daemon = daemon(NOAUTH);

/** Starts both instances, and creates their database the first time. */
export async function startBarbican(): Promise<void> {
  if (!await exists(DATABASE)) await step("barbican: database", makeBarbican);
  await step("barbican: APIs", async () => {
    await Promise.all([barbican.start(), barbicanNoauth.start()]);
    for (const { port } of [KEYSTONE, NOAUTH]) await untilAnswers(url(port, "/"));
  });
}

/** Barbican finds its configuration through `$HOME` (oslo.config looks into `~/.barbican` first). */
function homeOf(instance: Instance): string {
  return at("barbican", instance.name);
}

function daemon(instance: Instance): Daemon {
  const home = homeOf(instance);
  const argv = () => uwsgi(instance.port, 1, `--paste=config:${home}/paste.ini`);
  return new Daemon({ name: instance.name, argv, env: { HOME: home } });
}

async function makeBarbican(): Promise<void> {
  const paste = await Deno.readTextFile("/etc/barbican/barbican-api-paste.ini");
  for (const instance of [KEYSTONE, NOAUTH]) {
    const home = homeOf(instance);
    const routed = paste.replace(/^\/v1: .*$/m, `/v1: ${instance.pipeline}`);
    await write(`${home}/paste.ini`, routed.replaceAll("/etc/barbican/", `${home}/`));
    await write(`${home}/.barbican/barbican.conf`, conf(instance));
    await Deno.mkdir(`${home}/policy.d`);
  }
  await run(["barbican-manage", "db", "upgrade"], { env: { HOME: homeOf(KEYSTONE) } });
  useWriteAheadLog(DATABASE);
}

/**
 * The key encryption key is the one in Barbican's documentation: this vault protects nothing. The
 * database is set twice: up to version 16 Barbican reads `[DEFAULT]sql_connection`, since then
 * `[database]`.
 */
function conf({ name, port }: Instance): string {
  return `[DEFAULT]
host_href = ${url(port)}
sql_connection = sqlite:///${DATABASE}
db_auto_create = false
use_stderr = true
[database]
connection = sqlite:///${DATABASE}
[secretstore]
namespace = barbican.secretstore.plugin
enabled_secretstore_plugins = store_crypto
[crypto]
namespace = barbican.crypto.plugin
enabled_crypto_plugins = simple_crypto
[simple_crypto_plugin]
kek = dGhpcnR5X3R3b19ieXRlX2tleWJsYWhibGFoYmxhaGg=
[queue]
enable = false
[keystone_notifications]
enable = false
[oslo_policy]
policy_dirs = ${at("barbican", name, "policy.d")}
[keystone_authtoken]
www_authenticate_uri = ${AUTH_URL}
${passwordOptions("barbican")}`;
}
