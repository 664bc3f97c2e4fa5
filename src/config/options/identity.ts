/**
 * The host's own credentials: the groups that nova fills for keystoneauth.
 *
 * @module
 */
import { TLS_LIMITS } from "@/config/options/tls_limits.ts";
import type { OptionGroups, Options } from "@/config/option_spec.ts";

/** keystoneauth's session options, which every service group has. */
const SESSION_OPTIONS = {
  cafile: {
    type: "str",
    help: "PEM file of the certificate authorities to trust for Keystone.",
  },
  certfile: { type: "str", help: "PEM file of the client certificate." },
  keyfile: { type: "str", help: "PEM file of the client certificate's key." },
  insecure: {
    type: "bool",
    default: "false",
    help: "Whether to skip verifying Keystone's certificate.",
  },
} as const satisfies Options;

/**
 * Options of keystoneauth's plugins `password`, `token` and `v3applicationcredential`. If
 * `auth_section` is set, all others are read from that section.
 */
const AUTH_OPTIONS = {
  auth_section: { type: "str", help: "Section that holds the credentials, instead of this one." },
  auth_type: {
    type: "str",
    auth: true,
    deprecated: ["auth_plugin"],
    help: "keystoneauth plugin: 'password', 'token' or 'v3applicationcredential'.",
  },
  auth_url: { type: "str", auth: true, help: "URL of Keystone." },
  username: {
    type: "str",
    auth: true,
    deprecated: ["user-name", "user_name"],
    help: "Name of the user.",
  },
  user_id: { type: "str", auth: true, help: "Id of the user." },
  user_domain_id: { type: "str", auth: true, help: "Id of the user's domain." },
  user_domain_name: { type: "str", auth: true, help: "Name of the user's domain." },
  password: { type: "str", auth: true, secret: true, help: "Password of the user." },
  project_id: {
    type: "str",
    auth: true,
    deprecated: ["tenant-id", "tenant_id"],
    help: "Id of the project that the token is for.",
  },
  project_name: {
    type: "str",
    auth: true,
    deprecated: ["tenant-name", "tenant_name"],
    help: "Name of the project that the token is for.",
  },
  project_domain_id: { type: "str", auth: true, help: "Id of the project's domain." },
  project_domain_name: { type: "str", auth: true, help: "Name of the project's domain." },
  domain_id: { type: "str", auth: true, help: "Id of the domain that the token is for." },
  domain_name: { type: "str", auth: true, help: "Name of the domain that the token is for." },
  default_domain_id: { type: "str", auth: true, help: "Id of the domain if none is given." },
  default_domain_name: { type: "str", auth: true, help: "Name of the domain if none is given." },
  system_scope: { type: "str", auth: true, help: "'all' for a system-scoped token." },
  trust_id: { type: "str", auth: true, help: "Id of the trust that the token is for." },
  application_credential_id: { type: "str", auth: true, help: "Id of the application credential." },
  application_credential_name: {
    type: "str",
    auth: true,
    help: "Name of the application credential.",
  },
  application_credential_secret: {
    type: "str",
    auth: true,
    secret: true,
    help: "Secret of the application credential.",
  },
  token: { type: "str", auth: true, secret: true, help: "Token to authenticate with." },
} as const satisfies Options;

/** Options of `[service_user]` and `[keystone_authtoken]`. */
export const IDENTITY_OPTIONS = {
  service_user: {
    send_service_user_token: {
      type: "bool",
      default: "false",
      help: "Whether nova sends its own token in addition to the user's.",
    },
    ...SESSION_OPTIONS,
    ...TLS_LIMITS,
    ...AUTH_OPTIONS,
  },
  keystone_authtoken: {
    ...SESSION_OPTIONS,
    ...AUTH_OPTIONS,
  },
} as const satisfies OptionGroups;
