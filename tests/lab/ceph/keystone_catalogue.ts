/**
 * Accounts, roles and endpoints of the lab, made through Keystone's own API.
 *
 * @module
 */
import { type Account, ACCOUNTS, AUTH_URL, REGION } from "./credentials.ts";
import { type Answer, call } from "./http.ts";
import { PORTS, url } from "./layout.ts";

/** The services in the catalogue besides Keystone itself. */
const SERVICES = [
  ["glance", "image", url(PORTS.glance)],
  ["barbican", "key-manager", url(PORTS.barbican)],
] as const;

/** Logs in with a password and returns a token scoped to the account's project. */
export async function tokenFor(account: Account): Promise<string> {
  const { password, project } = ACCOUNTS[account];
  const domain = { id: "default" };
  const identity = {
    methods: ["password"],
    password: { user: { name: account, domain, password } },
  };
  const json = { auth: { identity, scope: { project: { name: project, domain } } } };
  const { headers } = await call("POST", `${AUTH_URL}/auth/tokens`, { json });
  return String(headers["x-subject-token"]);
}

/** Creates the accounts besides the administrator, and the endpoints. */
export async function fillCatalogue(): Promise<void> {
  const headers = { "x-auth-token": await tokenFor("admin") };
  const api = new Catalogue((method, path, json) =>
    call(method, `${AUTH_URL}${path}`, json === undefined ? { headers } : { headers, json })
  );
  await api.learnRoles();
  for (const account of Object.keys(ACCOUNTS) as Account[]) {
    if (account !== "admin") await api.addAccount(account);
  }
  for (const [name, type, endpoint] of SERVICES) await api.addService(name, type, endpoint);
}

/** Sends one request of the Identity API and returns the answer. */
type Send = (method: string, path: string, json?: unknown) => Promise<Answer>;

class Catalogue {
  readonly #send: Send;
  /** Ids by kind and name. */
  readonly #known = new Map<string, string>();

  constructor(send: Send) {
    this.#send = send;
  }

  async addAccount(name: Account): Promise<void> {
    const { password, project, roles } = ACCOUNTS[name];
    const domain = { "domain_id": "default" };
    const projectId = await this.#idOf("project", { name: project, ...domain });
    const userId = await this.#idOf("user", { name, password, ...domain });
    for (const role of roles) {
      const roleId = await this.#idOf("role", { name: role });
      await this.#send("PUT", `/projects/${projectId}/users/${userId}/roles/${roleId}`);
    }
  }

  async addService(name: string, type: string, endpoint: string): Promise<void> {
    const serviceId = await this.#idOf("service", { name, type });
    for (const kind of ["public", "internal", "admin"]) {
      const place = {
        "service_id": serviceId,
        interface: kind,
        "region_id": REGION,
        url: endpoint,
      };
      await this.#send("POST", "/endpoints", { endpoint: place });
    }
  }

  /** `keystone-manage bootstrap` has created some. */
  async learnRoles(): Promise<void> {
    const { body } = await this.#send("GET", "/roles");
    const { roles } = JSON.parse(body) as { roles: { id: string; name: string }[] };
    for (const { id, name } of roles) this.#known.set(`role ${name}`, id);
  }

  /** The id of the object with that name, which is created if needed. */
  async #idOf(
    kind: string,
    fields: { readonly name: string; readonly [field: string]: string },
  ): Promise<string> {
    const key = `${kind} ${fields.name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { body } = await this.#send("POST", `/${kind}s`, { [kind]: fields });
    const { id } = (JSON.parse(body) as Record<string, { id: string }>)[kind] ?? { id: "" };
    this.#known.set(key, id);
    return id;
  }
}
