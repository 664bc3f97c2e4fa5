/**
 * What Keystone's administrator and its users do beside the program: tokens, application credentials,
 * trusts.
 *
 * @module
 */
import { type Account, ACCOUNTS, AUTH_URL } from "@lab/ceph/credentials.ts";
import { call, exchange } from "@lab/ceph/http.ts";

const DEFAULT = { name: "Default" };

/** A token, and whom it is for. */
export interface LabToken {
  /** The secret. */
  readonly id: string;
  /** Id of the user. */
  readonly userId: string;
  /** Id of the project; empty without one. */
  readonly projectId: string;
}

/** Logs in by password, for the account's project or for nothing in particular. */
export async function logIn(account: Account, { scoped = true } = {}): Promise<LabToken> {
  const { password, project } = ACCOUNTS[account];
  const user = { name: account, domain: DEFAULT, password };
  const identity = { methods: ["password"], password: { user } };
  const scope = scoped ? { project: { name: project, domain: DEFAULT } } : "unscoped";
  const json = { auth: { identity, scope } };
  const { body, headers } = await call("POST", `${AUTH_URL}/auth/tokens`, { json });
  const { token } = JSON.parse(body);
  const projectId = token.project?.id ?? "";
  return { id: `${headers["x-subject-token"]}`, userId: token.user.id, projectId };
}

/** Makes a token worthless. */
export async function revoke(token: string): Promise<void> {
  const headers = { "x-auth-token": token, "x-subject-token": token };
  await call("DELETE", `${AUTH_URL}/auth/tokens`, { headers });
}

/** Makes every token of an account worthless, as a new password does; it is the old one. */
export async function revokeAll(account: Account): Promise<void> {
  const [admin, { userId }] = [await logIn("admin"), await logIn(account)];
  const json = { user: { password: ACCOUNTS[account].password } };
  const headers = { "x-auth-token": admin.id };
  await call("PATCH", `${AUTH_URL}/users/${userId}`, { headers, json });
}

/** An application credential, deleted when disposed of. */
export interface ApplicationCredential extends AsyncDisposable {
  /** Its id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Its secret. */
  readonly secret: string;
}

/** Makes an application credential. */
export async function applicationCredential(account: Account): Promise<ApplicationCredential> {
  const token = await logIn(account);
  const headers = { "x-auth-token": token.id };
  const base = `${AUTH_URL}/users/${token.userId}/application_credentials`;
  const json = { application_credential: { name: `fetcher-${crypto.randomUUID()}` } };
  const { body } = await call("POST", base, { headers, json });
  const { id, name, secret } = JSON.parse(body).application_credential;
  const end = async () => void await exchange("DELETE", `${base}/${id}`, { headers });
  return { id, name, secret, [Symbol.asyncDispose]: end };
}

/** Lets `trustee` act for `trustor` in the trustor's project, as a member. @returns The trust's id. */
export async function trust(trustor: Account, trustee: Account): Promise<string> {
  const [from, to] = [await logIn(trustor), await logIn(trustee, { scoped: false })];
  const json = {
    trust: {
      trustor_user_id: from.userId,
      trustee_user_id: to.userId,
      project_id: from.projectId,
      impersonation: true,
      roles: [{ name: "member" }],
    },
  };
  const headers = { "x-auth-token": from.id };
  const { body } = await call("POST", `${AUTH_URL}/OS-TRUST/trusts`, { headers, json });
  return JSON.parse(body).trust.id;
}
