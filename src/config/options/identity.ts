/**
 * The host's own credentials: the groups that nova fills for keystoneauth.
 *
 * @module
 */
import { TLS_LIMITS } from "@/config/options/tls_limits.ts";
import { bool, type OptionGroups, type Options, str } from "@/config/option_spec.ts";

/** keystoneauth's session options, which every service group has. */
const SESSION_OPTIONS = {
  cafile: str("PEM file of the certificate authorities to trust for Keystone."),
  certfile: str("PEM file of the client certificate."),
  keyfile: str("PEM file of the client certificate's key."),
  insecure: bool("Whether to skip verifying Keystone's certificate.", "false"),
} as const satisfies Options;

/**
 * Options of keystoneauth's plugins `password`, `token` and `v3applicationcredential`. If
 * `auth_section` is set, all others are read from that section.
 */
export const PLUGIN_OPTIONS = {
  auth_section: str("Section that holds the credentials, instead of this one."),
  auth_type: {
    ...credential("keystoneauth plugin: 'password', 'token' or 'v3applicationcredential'."),
    deprecated: ["auth_plugin"],
  },
  auth_url: credential("URL of Keystone."),
  username: { ...credential("Name of the user."), deprecated: ["user-name", "user_name"] },
  user_id: credential("Id of the user."),
  user_domain_id: credential("Id of the user's domain."),
  user_domain_name: credential("Name of the user's domain."),
  password: { ...credential("Password of the user."), secret: true },
  project_id: {
    ...credential("Id of the project that the token is for."),
    deprecated: ["tenant-id", "tenant_id"],
  },
  project_name: {
    ...credential("Name of the project that the token is for."),
    deprecated: ["tenant-name", "tenant_name"],
  },
  project_domain_id: credential("Id of the project's domain."),
  project_domain_name: credential("Name of the project's domain."),
  domain_id: credential("Id of the domain that the token is for."),
  domain_name: credential("Name of the domain that the token is for."),
  default_domain_id: credential("Id of the domain if none is given."),
  default_domain_name: credential("Name of the domain if none is given."),
  system_scope: credential("'all' for a system-scoped token."),
  trust_id: credential("Id of the trust that the token is for."),
  application_credential_id: credential("Id of the application credential."),
  application_credential_name: credential("Name of the application credential."),
  application_credential_secret: {
    ...credential("Secret of the application credential."),
    secret: true,
  },
  token: { ...credential("Token to authenticate with."), secret: true },
} as const satisfies Options;

/** Options of `[service_user]` and `[keystone_authtoken]`. */
export const IDENTITY_OPTIONS = {
  service_user: {
    send_service_user_token: bool(
      "Whether nova sends its own token in addition to the user's.",
      "false",
    ),
    ...SESSION_OPTIONS,
    ...TLS_LIMITS,
    ...PLUGIN_OPTIONS,
  },
  keystone_authtoken: {
    ...SESSION_OPTIONS,
    ...PLUGIN_OPTIONS,
  },
} as const satisfies OptionGroups;

/** An option that `auth_section` moves to another section. */
function credential(help: string) {
  return { ...str(help), auth: true } as const;
}
