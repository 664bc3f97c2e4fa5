/**
 * The embedded Keystone beside the real one: answers of the same shape, and the same refusals.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { ACCOUNTS } from "@lab/ceph/credentials.ts";
import { PORTS, url } from "@lab/ceph/layout.ts";
import { EmbeddedKeystone } from "@lab/embedded/keystone.ts";
import { Tokens } from "@lab/embedded/tokens.ts";

const PASSWORD = ACCOUNTS.nova.password;
const SCOPE = { project: { name: "service", domain: { name: "Default" } } };

for (
  const [name, password, scope] of [
    ["a token of a project", PASSWORD, SCOPE],
    ["a token without a scope", PASSWORD, "unscoped"],
    ["a wrong password", "wrong", SCOPE],
    ["another's project", PASSWORD, { project: { name: "other", domain: { name: "Default" } } }],
  ] as const
) {
  Deno.test(`embedded Keystone: answers like the real one to ${name}`, async () => {
    await using keystone = startKeystone();
    const ask = (base: string) => authenticate(base, password, scope);
    assertEquals(await ask(keystone.url), await ask(url(PORTS.keystone, "/v3")));
  });
}

function startKeystone(): EmbeddedKeystone {
  const roles = ["admin", "member", "reader", "service"];
  return new EmbeddedKeystone({
    tokens: new Tokens(),
    users: [{ name: "nova", password: PASSWORD, project: "service", roles }],
    catalog: { "image": "http://127.0.0.1", "key-manager": "http://127.0.0.1" },
  });
}

async function authenticate(base: string, password: string, scope: unknown) {
  const user = { name: "nova", domain: { name: "Default" }, password };
  const identity = { methods: ["password"], password: { user } };
  const response = await fetch(`${base}/auth/tokens`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  const json = await response.json();
  return {
    status: response.status,
    challenge: response.headers.get("www-authenticate")?.replace(/:\d+/, ":PORT"),
    hasToken: response.headers.has("x-subject-token"),
    body: response.ok ? shapeOf(json) : json,
  };
}

/** Field names and types; of a list, the shapes that occur in it. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return [...new Set(value.map((one) => JSON.stringify(shapeOf(one))))].sort();
  }
  if (typeof value !== "object" || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shapeOf(one)]));
}
