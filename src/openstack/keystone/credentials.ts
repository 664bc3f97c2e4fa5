/**
 * Finds the credentials: the first of a token, a cloud of clouds.yaml, the `OS_*` settings,
 * `[service_user]` and `[keystone_authtoken]`; without any, those for a Glance without Keystone.
 *
 * @module
 */
import type { CloudMap } from "@/config/cloud_file.ts";
import { loadCloud } from "@/config/clouds.ts";
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import { namesOfGroup } from "@/openstack/http/tls_settings.ts";
import {
  type Account,
  accountOfCloud,
  AUTH_OPTIONS,
  ENVIRONMENT_ORIGIN,
} from "@/openstack/keystone/account.ts";
import { type Credentials, keystoneUrl, readCredentials } from "@/openstack/keystone/auth.ts";

/** The parts of the context that finding credentials needs. */
export type CredentialContext = Pick<Context, "env" | "files" | "log">;

/** A request from nova's hook: the identity and the Glance that nova would use. */
export interface Caller {
  /** The user's token; `null` if nova has none. */
  readonly token: string | null;
  /** nova's own token (`X-Service-Token`), if it sends one. */
  readonly serviceToken: string | null;
  /** The Glance endpoint that nova found, without the version; `null` means the configured one. */
  readonly endpoint: string | null;
  /** nova's `X-OpenStack-Request-ID`. */
  readonly requestId: string | null;
}

/** What the choice of credentials depends on. */
export interface SessionOptions {
  /** nova's configuration. */
  readonly config: Config;
  /** Values of the `--os-*` flags by the name of their environment variable, e.g. `OS_CLOUD`. */
  readonly os: Readonly<Record<string, string>>;
  /** The identity from nova's hook; its token has priority. */
  readonly caller?: Caller | undefined;
}

/** The credentials, and the settings that come with them. */
export interface ChosenAccount extends Account {
  /** How to authenticate. */
  readonly credentials: Credentials;
}

/** Settings that are read from a group of nova.conf. */
export type AuthGroup = "service_user" | "keystone_authtoken";

/**
 * Selects the credentials.
 *
 * @throws {ToolError} `config_invalid`, if the first ones found are not valid: they are not
 * skipped, because a typing error would then change the identity.
 */
export async function chooseAccount(
  context: CredentialContext,
  options: SessionOptions,
): Promise<ChosenAccount> {
  const account = givenToken(context, options) ?? await cloudAccount(context, options) ??
    environmentAccount(context, options) ?? groupAccount(options.config, "service_user") ??
    groupAccount(options.config, "keystone_authtoken") ?? NOBODY;
  context.log("debug", `credentials: ${account.origin}`);
  return account;
}

const NOBODY: ChosenAccount = {
  origin: "no credentials",
  auth: {},
  wholeCloud: false,
  tls: {},
  credentials: { kind: "none", origin: "no credentials" },
};

/** A token is used unchanged; to rescope it, set `OS_AUTH_TYPE=v3token`. */
function givenToken(
  context: CredentialContext,
  { caller, config, os }: SessionOptions,
): ChosenAccount | undefined {
  const at = (name: string) => os[name] || context.env.get(name) || undefined;
  const handed = caller?.token || undefined;
  const token = handed ?? at("OS_TOKEN");
  if (!token || (handed === undefined && /^(?:v3)?token$/.test(at("OS_AUTH_TYPE") ?? ""))) {
    return undefined;
  }
  const origin = handed === undefined ? "OS_TOKEN" : "nova";
  const group = (["service_user", "keystone_authtoken"] as const)
    .find((name) => config.get(`${name}.auth_url`));
  const url = at("OS_AUTH_URL") ?? (group && config.get(`${group}.auth_url`));
  return {
    ...NOBODY,
    origin,
    tls: group === undefined ? {} : tlsOfGroup(config, group),
    credentials: {
      kind: "token",
      origin,
      token,
      ...(url ? { keystone: keystoneUrl(url, origin) } : {}),
    },
  };
}

async function cloudAccount(
  context: CredentialContext,
  { config, os }: SessionOptions,
): Promise<ChosenAccount | undefined> {
  const name = os.OS_CLOUD || context.env.get("OS_CLOUD");
  if (!name) return undefined;
  // openstacksdk's name for the cloud from the environment (openstack/config/loader.py,
  // `envvar_key`).
  const variables = context.env.get("OS_CLOUD_NAME") || "envvars";
  const account = name === variables ? environmentAccount(context, { config, os }) : undefined;
  if (account !== undefined) return account;
  const flags = { ...settingsIn(context.env.get, SESSION_SETTINGS), ...flagSettings(os) };
  const cloud = await loadCloud(context, name, flags.region_name);
  return chosen(accountOfCloud(cloud, flags, context.env));
}

function environmentAccount(
  context: CredentialContext,
  { os }: SessionOptions,
): ChosenAccount | undefined {
  const settings: CloudMap = settingsIn(context.env.get, [...AUTH_SETTINGS, ...SESSION_SETTINGS]);
  const flags = flagSettings(os);
  if (![...Object.keys(settings), ...Object.keys(flags)].some((name) => TELLING.has(name))) {
    return undefined;
  }
  return chosen(accountOfCloud({ origin: ENVIRONMENT_ORIGIN, settings }, flags, context.env));
}

/** Names in clouds.yaml of the `OS_*` settings that define the identity. */
const AUTH_SETTINGS = [
  ...AUTH_OPTIONS,
  "default_domain",
  "tenant_id",
  "tenant_name",
  "auth_token",
  "endpoint",
  "url",
];

/** Names in clouds.yaml of the `OS_*` settings that also apply to a named cloud. */
const SESSION_SETTINGS = [
  "region_name",
  "interface",
  "endpoint_type",
  "cacert",
  "cert",
  "key",
  "insecure",
  "image_endpoint_override",
];

/** Settings that are only present if credentials are intended. */
const TELLING = new Set([
  "auth_type",
  "auth_url",
  "username",
  "user_id",
  "application_credential_id",
  "application_credential_name",
]);

function flagSettings(os: Readonly<Record<string, string>>): Record<string, string> {
  return settingsIn((name) => os[name], [...AUTH_SETTINGS, ...SESSION_SETTINGS]);
}

/** The `OS_*` values that are set, by their name in clouds.yaml. */
function settingsIn(
  get: (name: string) => string | undefined,
  names: readonly string[],
): Record<string, string> {
  const found = names.map((name) => [name, get(`OS_${name.toUpperCase()}`)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** The credentials of a group of nova.conf, if any. @throws {ToolError} `config_invalid`. */
export function groupAccount(config: Config, group: AuthGroup): ChosenAccount | undefined {
  if (!config.get(`${group}.auth_url`) && !config.get(`${group}.auth_type`)) return undefined;
  return chosen({
    origin: `[${group}]`,
    auth: Object.fromEntries(AUTH_OPTIONS.map((name) => [name, config.get(`${group}.${name}`)])),
    whereIs: (name) => whereInGroup(config, group, name),
    wholeCloud: false,
    tls: tlsOfGroup(config, group),
  });
}

/** `[service_user]password (/etc/nova/nova.conf:12)`. */
function whereInGroup(config: Config, group: AuthGroup, name: string): string {
  const option = AUTH_OPTIONS.find((one) => one === name);
  if (option === undefined) return `[${group}]${name}`;
  const origin = config.originOf(`${group}.${option}`);
  return `[${group}]${name} (${origin === "default" ? "not set" : origin})`;
}

function tlsOfGroup(config: Config, group: AuthGroup): Account["tls"] {
  return {
    cafile: config.get(`${group}.cafile`),
    certfile: config.get(`${group}.certfile`),
    keyfile: config.get(`${group}.keyfile`),
    insecure: config.get(`${group}.insecure`),
    ...group === "service_user" ? limitsOf(config) : {},
    names: namesOfGroup(group),
  };
}

/** Those of `[service_user]` alone: keystonemiddleware does not have these options. */
function limitsOf(config: Config): Account["tls"] {
  return {
    minVersion: config.get("service_user.tls_min_version"),
    ciphers: config.get("service_user.tls_ciphers"),
  };
}

function chosen(account: Account): ChosenAccount {
  return {
    ...account,
    credentials: readCredentials(account.auth, account.origin, account.whereIs),
  };
}
