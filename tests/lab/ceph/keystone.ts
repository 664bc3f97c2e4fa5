/**
 * Keystone with Fernet tokens, under uwsgi.
 *
 * @module
 */
import { run } from "./command.ts";
import { ACCOUNTS, AUTH_URL, REGION } from "./credentials.ts";
import { Daemon } from "./daemon.ts";
import { useWriteAheadLog } from "./database.ts";
import { untilAnswers } from "./http.ts";
import { fillCatalogue } from "./keystone_catalogue.ts";
import { at, exists, isThere, PORTS, write } from "./layout.ts";
import { uwsgi, wsgiModule } from "./uwsgi.ts";
import { step } from "./wait.ts";

const CONF = at("keystone", "keystone.conf");
const DATABASE = at("keystone", "keystone.db");

/** The identity service. */
export const keystone = new Daemon({
  name: "keystone",
  argv: () => uwsgi(PORTS.keystone, 3, `--wsgi-file=${application()}`),
  env: { OS_KEYSTONE_CONFIG_FILES: CONF },
});

/** Starts Keystone; the first time with a new database, accounts and a catalogue. */
export async function startKeystone(): Promise<void> {
  const fresh = !await exists(CONF);
  if (fresh) await step("keystone: database, keys, administrator", makeKeystone);
  await step("keystone: API", async () => {
    await keystone.start();
    await untilAnswers(AUTH_URL);
  });
  if (fresh) await step("keystone: accounts, catalogue", fillCatalogue);
}

async function makeKeystone(): Promise<void> {
  await write(CONF, conf());
  await Deno.mkdir(at("keystone", "policy.d"), { recursive: true });
  await manage("db_sync");
  useWriteAheadLog(DATABASE);
  const owner = [`--keystone-user=${Deno.uid()}`, `--keystone-group=${Deno.gid()}`];
  await manage("fernet_setup", ...owner);
  await manage("credential_setup", ...owner);
  const urls = ["admin", "internal", "public"].map((kind) => `--bootstrap-${kind}-url=${AUTH_URL}`);
  const account = [`--bootstrap-password=${ACCOUNTS.admin.password}`];
  await manage("bootstrap", ...account, `--bootstrap-region-id=${REGION}`, ...urls);
}

/** Keystone 27 has a program for uwsgi, Keystone 30 no longer does. */
function application(): string {
  const program = "/usr/bin/keystone-wsgi-public";
  return isThere(program) ? program : wsgiModule("keystone");
}

async function manage(...args: readonly string[]): Promise<void> {
  await run(["keystone-manage", "--config-file", CONF, ...args]);
}

/** bcrypt's usual 12 rounds take a quarter of a second of CPU time for each login; 4 are the least. */
function conf(): string {
  return `[DEFAULT]
use_stderr = true
[identity]
password_hash_rounds = 4
[database]
connection = sqlite:///${DATABASE}
[token]
provider = fernet
expiration = 14400
[fernet_tokens]
key_repository = ${at("keystone", "fernet-keys")}
[fernet_receipts]
key_repository = ${at("keystone", "fernet-keys")}
[credential]
key_repository = ${at("keystone", "credential-keys")}
[cache]
enabled = false
[oslo_policy]
policy_dirs = ${at("keystone", "policy.d")}
`;
}
