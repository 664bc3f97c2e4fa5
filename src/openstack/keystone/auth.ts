/**
 * Converts the options of a keystoneauth plugin into requests to Keystone's v3 API: the same names
 * with the same meaning, from clouds.yaml, from `OS_*` or from nova.conf.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { shownUrl } from "@/shown_url.ts";
import {
  AuthOptionReader,
  type AuthOptions,
  type WhereIs,
} from "@/openstack/keystone/auth_options.ts";
import { domainOf, scopeOf } from "@/openstack/keystone/auth_scope.ts";

/**
 * No Keystone and no credentials.
 *
 * The `origin` of each kind is where they come from, for messages; the `endpoint` is the address of
 * the service, if the plugin has it instead of a catalog.
 */
export type NoCredentials = {
  readonly kind: "none";
  readonly origin: string;
  readonly endpoint?: string;
};

/** A token to use unchanged, and Keystone's v3 URL, where it can be validated. */
export type GivenToken = {
  readonly kind: "token";
  readonly origin: string;
  readonly token: string;
  readonly endpoint?: string;
  readonly keystone?: string;
};

/** The request to Keystone for a token. */
export interface KeystoneCredentials {
  /** Which kind. */
  readonly kind: "keystone";
  /** Where they come from, for messages. */
  readonly origin: string;
  /** Keystone's v3 URL. */
  readonly keystone: string;
  /** Body of `POST /v3/auth/tokens`. */
  readonly request: AuthRequest;
  /** The user of the token, without secrets: `user 'nova'`. */
  readonly label: string;
  /** Texts that must never be shown. */
  readonly secrets: readonly string[];
  /** Where the name and the secret are set, for the hint when they are refused. */
  readonly proofAt: string;
  /** Where Keystone's URL is set. */
  readonly urlAt: string;
}

/** How to authenticate. */
export type Credentials = NoCredentials | GivenToken | KeystoneCredentials;

/** Body of `POST /v3/auth/tokens`: the user, and the scope. */
export type AuthRequest = {
  readonly auth: { readonly identity: object; readonly scope?: object };
};

/**
 * Reads the options of an auth plugin.
 *
 * @param origin Where they come from, for messages.
 * @param whereIs Where each option is set, for hints.
 * @throws {ToolError} `config_invalid`, if the plugin is not supported or an option is missing.
 */
export function readCredentials(
  options: AuthOptions,
  origin: string,
  whereIs?: WhereIs,
): Credentials {
  const at = new AuthOptionReader(options, origin, whereIs);
  switch (methodOf(options)) {
    case "none":
      return { kind: "none", origin, ...at.maybe("endpoint") };
    case "admin_token":
      return { kind: "token", origin, token: at.need("token"), ...at.maybe("endpoint") };
    case "password":
      return keystone(at, passwordMethod, scopeOf);
    case "token":
      return keystone(at, tokenMethod, scopeOf);
    case "application_credential":
      // The credential includes its project: Keystone refuses any other scope.
      return keystone(at, applicationCredentialMethod, () => undefined);
    default:
      throw new ToolError(
        "config_invalid",
        `Cannot use auth type '${options.auth_type}' (${origin}): it is not one of 'password', ` +
          "'v3applicationcredential', 'token', 'admin_token', 'none'",
        { hints: ["create an application credential: openstack application credential create"] },
      );
  }
}

type Method = "none" | "admin_token" | "password" | "token" | "application_credential";

const METHODS: ReadonlyMap<string, Method> = new Map([
  ["none", "none"],
  ["noauth", "none"],
  ["admin_token", "admin_token"],
  ["token_endpoint", "admin_token"],
  ["password", "password"],
  ["v3password", "password"],
  ["token", "token"],
  ["v3token", "token"],
  ["v3applicationcredential", "application_credential"],
]);

/** `password` is the default of every tool, so another plugin that fits has priority. */
function methodOf(options: AuthOptions): Method | undefined {
  const type = options.auth_type ?? "password";
  const guessed = type === "password" && !options.password;
  if (guessed && options.application_credential_secret) return "application_credential";
  if (guessed && options.token) return "token";
  return METHODS.get(type);
}

/** One method of the `identity` object, with the texts that may and may not be shown. */
interface Proof {
  readonly name: string;
  readonly data: object;
  readonly label: string;
  readonly secret: string;
  /** The options that it uses. */
  readonly options: readonly string[];
}

function keystone(
  at: AuthOptionReader,
  proofOf: (at: AuthOptionReader) => Proof,
  scopeOf: (at: AuthOptionReader) => object | undefined,
): KeystoneCredentials {
  const url = keystoneUrl(at.need("auth_url"), at.origin);
  const { name, data, label, options, secret } = proofOf(at);
  const scope = scopeOf(at);
  const identity = { methods: [name], [name]: data };
  return {
    kind: "keystone",
    origin: at.origin,
    keystone: url,
    request: { auth: { identity, ...(scope === undefined ? {} : { scope }) } },
    label,
    secrets: [secret],
    proofAt: options.map((option) => at.whereIs(option)).join(" and "),
    urlAt: at.whereIs("auth_url"),
  };
}

function passwordMethod(at: AuthOptionReader): Proof {
  const password = at.need("password");
  const { user, label, option } = userOf(at);
  const data = { user: { ...user, password } };
  return { name: "password", data, label, secret: password, options: [option, "password"] };
}

function tokenMethod(at: AuthOptionReader): Proof {
  const token = at.need("token");
  const label = "the given token";
  return { name: "token", data: { id: token }, label, secret: token, options: ["token"] };
}

function applicationCredentialMethod(at: AuthOptionReader): Proof {
  const secret = at.need("application_credential_secret");
  const name = "application_credential";
  const id = at.get("application_credential_id");
  if (id !== undefined) {
    const label = `application credential '${id}'`;
    return { name, data: { id, secret }, label, secret, options: [`${name}_id`, `${name}_secret`] };
  }
  const own = at.need("application_credential_name");
  const { user, label } = userOf(at);
  return {
    options: [`${name}_name`, `${name}_secret`],
    name,
    data: { name: own, secret, user },
    label: `application credential '${own}' of ${label}`,
    secret,
  };
}

function userOf(at: AuthOptionReader): { user: object; label: string; option: string } {
  const id = at.get("user_id");
  if (id !== undefined) return { user: { id }, label: `user '${id}'`, option: "user_id" };
  const name = at.need("username");
  const user = { name, domain: domainOf(at, "user_domain") };
  return { user, label: `user '${name}'`, option: "username" };
}

/**
 * Keystone's v3 URL: the version is added, or replaces an older one, without asking the server.
 *
 * @throws {ToolError} `config_invalid`, if it is not an http(s) URL.
 */
export function keystoneUrl(text: string, origin: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) {
    return `${text.replace(/\/+$/, "").replace(/\/v(?:2\.0|3)$/, "")}/v3`;
  }
  throw new ToolError(
    "config_invalid",
    `Cannot use auth_url '${shownUrl(text)}' (${origin}): it is not an http:// or https:// URL`,
    { hints: ["write it like http://controller:5000/v3"] },
  );
}
