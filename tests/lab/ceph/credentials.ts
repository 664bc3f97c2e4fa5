/**
 * Accounts of the lab's Keystone, and the configuration text for services and nova to use them.
 *
 * @module
 */
import { PORTS, url } from "./layout.ts";

/** Identity API, version 3. */
export const AUTH_URL: string = url(PORTS.keystone, "/v3");

/** The only region of the catalogue. */
export const REGION = "RegionOne";

/** Users, all in the domain `Default`. */
export const ACCOUNTS = {
  admin: { password: "adminpw", project: "admin", roles: ["admin"] },
  nova: { password: "servicepw", project: "service", roles: ["admin", "service"] },
  glance: { password: "servicepw", project: "service", roles: ["admin", "service"] },
  barbican: { password: "servicepw", project: "service", roles: ["admin", "service"] },
  demo: { password: "servicepw", project: "demo", roles: ["member", "reader", "creator"] },
} as const;

/** Name of one of {@linkcode ACCOUNTS}. */
export type Account = keyof typeof ACCOUNTS;

/** The options of keystoneauth's password plugin, one per line. */
export function passwordOptions(account: Account, authUrl: string = AUTH_URL): string {
  const { password, project } = ACCOUNTS[account];
  return `auth_type = password
auth_url = ${authUrl}
username = ${account}
password = ${password}
project_name = ${project}
user_domain_name = Default
project_domain_name = Default
region_name = ${REGION}
`;
}
