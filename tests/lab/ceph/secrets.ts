/**
 * Certificates in the lab's Barbican.
 *
 * @module
 */
import type { Account } from "./credentials.ts";
import { call } from "./http.ts";
import { tokenFor } from "./keystone_catalogue.ts";
import { PORTS, url } from "./layout.ts";

const SECRETS = url(PORTS.barbican, "/v1/secrets");

/** Stores a certificate as in OpenStack's documentation. Returns its id. */
export async function storeCertificate(pem: string, owner: Account): Promise<string> {
  const { body } = await call("POST", SECRETS, {
    headers: { "x-auth-token": await tokenFor(owner) },
    json: {
      name: "a signer",
      secret_type: "certificate",
      payload: btoa(pem),
      payload_content_type: "application/octet-stream",
      payload_content_encoding: "base64",
    },
  });
  return (JSON.parse(body) as { secret_ref: string }).secret_ref.split("/").at(-1) ?? "";
}

/** Allows the user of another account to read a secret, like `openstack acl user add`. */
export async function letRead(id: string, owner: Account, reader: Account): Promise<void> {
  await call("PUT", `${SECRETS}/${id}/acl`, {
    headers: { "x-auth-token": await tokenFor(owner) },
    json: { read: { users: [await userId(reader)] } },
  });
}

/** The id of an account's user in Keystone, from a token of its own. */
async function userId(account: Account): Promise<string> {
  const token = await tokenFor(account);
  const { body } = await call("GET", url(PORTS.keystone, "/v3/auth/tokens"), {
    headers: { "x-auth-token": token, "x-subject-token": token },
  });
  return (JSON.parse(body) as { token: { user: { id: string } } }).token.user.id;
}
