/**
 * The settings of a cloud from one place, under one set of names: credentials, TLS and the query
 * for the catalog.
 *
 * @module
 */
import { type CloudMap, mapAt, textAt } from "@/config/cloud_file.ts";
import type { Cloud } from "@/config/clouds.ts";
import { PLUGIN_OPTIONS } from "@/config/options/identity.ts";
import type { Environment } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { shownUrl } from "@/shown_url.ts";
import type { TlsNames, TlsSettings } from "@/openstack/http/tls_settings.ts";
import { type AuthOptions, OLD_NAMES, type WhereIs } from "@/openstack/keystone/auth_options.ts";

/** Credentials and the settings that belong to them. */
export interface Account {
  /** Where it comes from, for messages. */
  readonly origin: string;
  /** Options of the auth plugin. */
  readonly auth: AuthOptions;
  /** Where each option is set. */
  readonly whereIs?: WhereIs;
  /** Whether it describes a whole cloud, including services, and not only Keystone. */
  readonly wholeCloud: boolean;
  /** TLS for Keystone, and for the services of a whole cloud. */
  readonly tls: TlsSettings;
  /** Region of the services. */
  readonly region?: string | undefined;
  /** Interface of the services. */
  readonly interface?: string | undefined;
  /** Address of Glance, used instead of the catalog. */
  readonly imageEndpoint?: string | undefined;
}

/** One of {@linkcode AUTH_OPTIONS}. */
export type AuthOption = Exclude<keyof typeof PLUGIN_OPTIONS, "auth_section">;

/** Supported options of the auth plugins, as in keystoneauth. */
export const AUTH_OPTIONS: readonly AuthOption[] = Object.keys(PLUGIN_OPTIONS)
  .filter((name): name is AuthOption => name !== "auth_section");

/**
 * Reads a cloud of clouds.yaml as openstacksdk does (`magic_fixes`).
 *
 * @param flags Options of the command line by their name in clouds.yaml; they have priority.
 * @throws {ToolError} `config_invalid`, if a `{name}` in a URL has no value.
 */
export function accountOfCloud(
  cloud: Cloud,
  flags: Readonly<Record<string, string>>,
  env: Environment,
): Account {
  const settings: CloudMap = { ...cloud.settings, ...flags };
  const at = (name: string) => textAt(settings, name);
  const filled = (name: string) => fill(at(name), settings, cloud.origin);
  return {
    origin: cloud.origin,
    auth: authOf(settings, flags, cloud.origin),
    whereIs: (name) => whereInCloud(name, flags, cloud.origin),
    wholeCloud: true,
    tls: { ...tlsOf(settings, env), names: namesIn(cloud.origin) },
    region: at("image_region_name") ?? at("region_name"),
    interface: at("image_interface") ?? at("image_endpoint_type") ?? at("interface") ??
      at("endpoint_type") ?? "public",
    imageEndpoint: filled("image_endpoint_override") ?? filled("image_endpoint"),
  };
}

function authOf(
  settings: CloudMap,
  flags: Readonly<Record<string, string>>,
  origin: string,
): AuthOptions {
  const inner = mapAt(settings, "auth");
  const at = (name: string) => flags[name] ?? textAt(inner, name) ?? textAt(settings, name);
  // `url` is its older name (keystoneauth1/loading/_plugins/admin_token.py).
  const auth: Record<string, string | undefined> = { endpoint: at("endpoint") ?? at("url") };
  for (const name of AUTH_OPTIONS) {
    auth[name] = [name, ...OLD_NAMES.get(name) ?? []].map(at).find((value) => value !== undefined);
  }
  return shareDomain({ ...auth, auth_url: fill(auth.auth_url, settings, origin) });
}

/** With a project, `domain_*` is the domain of both user and project (`_handle_domain_id`). */
function shareDomain(auth: AuthOptions): AuthOptions {
  if (auth.project_id === undefined && auth.project_name === undefined) return auth;
  const { domain_id: id, domain_name: name, ...rest } = auth;
  return {
    ...rest,
    user_domain_id: rest.user_domain_id ?? id,
    project_domain_id: rest.project_domain_id ?? id,
    user_domain_name: rest.user_domain_name ?? name,
    project_domain_name: rest.project_domain_name ?? name,
  };
}

function tlsOf(settings: CloudMap, env: Environment): TlsSettings {
  const path = (name: string) =>
    textAt(settings, name)?.replace(/^~(?=\/)/, env.get("HOME") ?? "~");
  const verify = readBoolean(textAt(settings, "verify")) ?? true;
  return {
    cafile: path("cacert"),
    certfile: path("cert"),
    keyfile: path("key"),
    insecure: (readBoolean(textAt(settings, "insecure")) ?? false) || !verify,
  };
}

/** The name of the environment settings as a whole. */
export const ENVIRONMENT_ORIGIN = "OS_* settings";

function whereInCloud(
  name: string,
  flags: Readonly<Record<string, string>>,
  origin: string,
): string {
  if (flags[name] !== undefined) return `--os-${name.replaceAll("_", "-")}`;
  return origin === ENVIRONMENT_ORIGIN ? `OS_${name.toUpperCase()}` : `'${name}' (${origin})`;
}

function namesIn(origin: string): TlsNames {
  return { cafile: `'cacert' (${origin})`, certfile: `'cert' and 'key' (${origin})` };
}

/** `true`, `yes`, `on` and `1`, their opposites, or `undefined` for anything else. */
export function readBoolean(text: string | undefined): boolean | undefined {
  if (/^(?:true|yes|on|y|1)$/i.test(text ?? "")) return true;
  return /^(?:false|no|off|n|0)$/i.test(text ?? "") ? false : undefined;
}

/** `https://{region_name}.example.com`: openstacksdk formats its URLs with the cloud's settings. */
function fill(text: string | undefined, settings: CloudMap, origin: string): string | undefined {
  return text?.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = textAt(settings, name);
    if (value !== undefined) return value;
    const message = `Cannot fill in '{${name}}' in '${shownUrl(text)}' (${origin})`;
    const hints = [`set '${name}' in the cloud, or write the URL out`];
    throw new ToolError("config_invalid", message, { hints });
  });
}
