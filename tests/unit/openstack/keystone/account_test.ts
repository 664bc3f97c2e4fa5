/**
 * A cloud under one set of names.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import type { CloudMap } from "@/config/cloud_file.ts";
import { ToolError } from "@/errors.ts";
import { type Account, accountOfCloud, readBoolean } from "@/openstack/keystone/account.ts";
import { world } from "../../../doubles/world.ts";

function account(settings: CloudMap, flags: Readonly<Record<string, string>> = {}): Account {
  const { env } = world({ env: { HOME: "/home/op" } });
  return accountOfCloud({ origin: "cloud 'a'", settings }, flags, env);
}

/** The options that have a value. */
function authOf(settings: CloudMap, flags: Readonly<Record<string, string>> = {}) {
  const entries = Object.entries(account(settings, flags).auth);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

Deno.test("accountOfCloud reads credentials inside and beside 'auth'", () => {
  assertEquals(
    authOf({ username: "outer", password: "p", auth: { username: "inner", auth_url: "http://k" } }),
    { username: "inner", password: "p", auth_url: "http://k" },
  );
});

Deno.test("accountOfCloud: flags win over both", () => {
  const settings = { username: "outer", auth: { username: "inner" } };
  assertEquals(authOf(settings, { username: "flag" }), { username: "flag" });
});

Deno.test("accountOfCloud accepts older names, which yield to the current ones", () => {
  assertEquals(authOf({ auth: { tenant_name: "old", tenant_id: "i", auth_token: "t" } }), {
    project_name: "old",
    project_id: "i",
    token: "t",
  });
  assertEquals(authOf({ auth: { tenant_name: "old", project_name: "new" } }), {
    project_name: "new",
  });
  assertEquals(authOf({ auth_plugin: "v3token" }), { auth_type: "v3token" });
  assertEquals(authOf({ default_domain: "corp" }), { default_domain_id: "corp" });
});

Deno.test("accountOfCloud: with a project, one domain is that of user and project", () => {
  assertEquals(
    authOf({ auth: { project_name: "p", domain_name: "corp", user_domain_name: "own" } }),
    { project_name: "p", user_domain_name: "own", project_domain_name: "corp" },
  );
  assertEquals(authOf({ auth: { domain_id: "corp" } }), { domain_id: "corp" });
});

Deno.test("accountOfCloud fills names into URLs", () => {
  const settings = {
    region_name: "north",
    image_endpoint_override: "http://glance.{region_name}:9292",
    auth: { auth_url: "https://{region_name}.example.com/v3" },
  };
  const { auth, imageEndpoint } = account(settings);
  assertEquals([auth.auth_url, imageEndpoint], [
    "https://north.example.com/v3",
    "http://glance.north:9292",
  ]);
  const error = assertThrows(() => account({ auth: { auth_url: "http://{nope}/" } }), ToolError);
  assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
});

Deno.test("accountOfCloud: settings for images have priority over those for all services", () => {
  const { interface: kind, region } = account({
    interface: "admin",
    image_interface: "internal",
    region_name: "north",
    image_region_name: "south",
  });
  assertEquals([kind, region], ["internal", "south"]);
  assertEquals(account({ endpoint_type: "internal" }).interface, "internal");
  assertEquals(account({}).interface, "public", "as in openstackclient");
});

const VERIFY: readonly (readonly [CloudMap, boolean])[] = [
  [{}, false],
  [{ verify: "false" }, true],
  [{ verify: "True" }, false],
  [{ verify: "no" }, true],
  [{ insecure: "true" }, true],
  [{ insecure: "true", verify: "true" }, true],
  [{ insecure: "false" }, false],
];

for (const [settings, insecure] of VERIFY) {
  Deno.test(`accountOfCloud: ${JSON.stringify(settings)} is ${insecure ? "in" : ""}secure`, () => {
    assertEquals(account(settings).tls.insecure, insecure);
  });
}

Deno.test("accountOfCloud finds certificates below the home folder", () => {
  const { cafile, certfile, keyfile } =
    account({ cacert: "~/ca.pem", cert: "/etc/c.pem", key: "~other/k.pem" }).tls;
  assertEquals([cafile, certfile, keyfile], ["/home/op/ca.pem", "/etc/c.pem", "~other/k.pem"]);
});

Deno.test("readBoolean reads yes, no and neither", () => {
  assertEquals(["True", "yes", "1", "ON"].map(readBoolean), [true, true, true, true]);
  assertEquals(["False", "no", "0", "off"].map(readBoolean), [false, false, false, false]);
  assertEquals(["", "2", "truely", undefined].map(readBoolean), Array(4).fill(undefined));
});
