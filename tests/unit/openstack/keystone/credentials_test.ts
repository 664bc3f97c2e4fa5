/**
 * Which credentials are used if there are several.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import {
  type Caller,
  chooseAccount,
  type ChosenAccount,
  type SessionOptions,
} from "@/openstack/keystone/credentials.ts";
import { configOf, world } from "../../../doubles/world.ts";

const CALLER: Caller = { token: "t0", serviceToken: null, endpoint: null, requestId: null };
const CLOUDS = "clouds: {lab: {auth: {auth_url: http://cloud, username: c, password: p}}}";
const NOVA_CONF = `
[service_user]
auth_type = password
auth_url = http://service
username = s
password = p
cafile = /service.pem
[keystone_authtoken]
auth_type = password
auth_url = http://authtoken
username = a
password = p
`;

/** Everything there is to choose from, best first. */
const OS_TOKEN = { OS_TOKEN: "t1" };
const OS_CLOUD = { OS_CLOUD: "lab" };
const OS_PASSWORD = { OS_AUTH_URL: "http://environment", OS_USERNAME: "e", OS_PASSWORD: "p" };

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly os?: Readonly<Record<string, string>>;
  readonly nova?: string;
  readonly caller?: Caller;
}

async function choose(
  { env = {}, nova = NOVA_CONF, os = {}, caller }: Setting,
): Promise<ChosenAccount> {
  const options: SessionOptions = { config: configOf(nova), os, caller };
  return await chooseAccount(world({ env, files: { "./clouds.yaml": CLOUDS } }), options);
}

const ORDER: readonly (readonly [string, Setting, string])[] = [
  ["nova's token", {
    caller: CALLER,
    os: OS_TOKEN,
    env: { ...OS_TOKEN, ...OS_CLOUD, ...OS_PASSWORD },
  }, "nova"],
  ["--os-token", { os: OS_TOKEN, env: { ...OS_CLOUD, ...OS_PASSWORD } }, "OS_TOKEN"],
  ["OS_TOKEN", { env: { ...OS_TOKEN, ...OS_CLOUD, ...OS_PASSWORD } }, "OS_TOKEN"],
  ["--os-cloud", { os: OS_CLOUD, env: OS_PASSWORD }, "cloud 'lab' in ./clouds.yaml"],
  ["OS_CLOUD", { env: { ...OS_CLOUD, ...OS_PASSWORD } }, "cloud 'lab' in ./clouds.yaml"],
  ["--os-username …", { os: OS_PASSWORD }, "OS_* settings"],
  ["OS_USERNAME …", { env: OS_PASSWORD }, "OS_* settings"],
  ["[service_user]", {}, "[service_user]"],
  [
    "[keystone_authtoken]",
    { nova: NOVA_CONF.slice(NOVA_CONF.indexOf("[keystone_")) },
    "[keystone_authtoken]",
  ],
  ["nobody", { nova: "" }, "no credentials"],
];

for (const [name, setting, origin] of ORDER) {
  Deno.test(`chooseAccount: ${name} comes before all that follows`, async () => {
    const account = await choose(setting);
    assertEquals([account.origin, account.credentials.origin], [origin, origin]);
  });
}

Deno.test("chooseAccount does not use a clouds.yaml unless a cloud is named", async () => {
  assertEquals((await choose({ nova: "" })).credentials.kind, "none");
});

Deno.test("chooseAccount needs settings that name an identity", async () => {
  const env = { OS_REGION_NAME: "r", OS_CACERT: "/ca.pem", OS_INTERFACE: "internal" };
  assertEquals((await choose({ env, nova: "" })).credentials.kind, "none");
});

Deno.test("chooseAccount: 'envvars' is openstacksdk's name for the variables", async () => {
  for (const env of [{ OS_CLOUD: "envvars" }, { OS_CLOUD: "mine", OS_CLOUD_NAME: "mine" }]) {
    assertEquals((await choose({ env: { ...OS_PASSWORD, ...env } })).origin, "OS_* settings");
  }
  const lost = choose({ env: { OS_CLOUD: "envvars" } });
  assertEquals((await assertRejects(() => lost, ToolError)).code, "cloud_not_found");
});

Deno.test("chooseAccount: 'url' is the older name of 'endpoint'", async () => {
  const cloud = "{auth_type: token_endpoint, auth: {token: T, url: 'http://g:9292'}}";
  const context = world({ files: { "./clouds.yaml": `clouds: {c: ${cloud}}` } });
  const options = { config: configOf(""), os: { OS_CLOUD: "c" } };
  const { credentials } = await chooseAccount(context, options);
  assertEquals(credentials.kind === "token" && credentials.endpoint, "http://g:9292");
});

Deno.test("chooseAccount: a missing option is named where it would be set", async () => {
  const nova = "[keystone_authtoken]\nauth_url = http://k\nusername = nova\n";
  const hintOf = async (setting: Setting) =>
    (await assertRejects(() => choose(setting), ToolError)).hints[0];
  assertEquals(
    await hintOf({ nova }),
    "set or correct [keystone_authtoken]password (not set)",
  );
  const env = { OS_AUTH_URL: "http://k", OS_USERNAME: "u" };
  assertEquals(await hintOf({ env }), "set or correct OS_PASSWORD");
  assertEquals(
    await hintOf({ env: { ...OS_PASSWORD, OS_PROJECT_NAME: "p", OS_SYSTEM_SCOPE: "all" } }),
    "set or correct OS_SYSTEM_SCOPE",
  );
});

Deno.test("chooseAccount: a flag wins over the variable of the same name", async () => {
  const { auth } = await choose({ env: OS_PASSWORD, os: { OS_USERNAME: "flag" } });
  assertEquals([auth.username, auth.auth_url], ["flag", "http://environment"]);
});

Deno.test("chooseAccount applies flags to a cloud, and of the environment only settings without an identity", async () => {
  const env = { ...OS_PASSWORD, OS_INTERFACE: "internal", OS_CACERT: "/ca.pem" };
  const account = await choose({ env, os: { ...OS_CLOUD, OS_PROJECT_NAME: "flag" } });
  assertEquals([account.auth.username, account.auth.project_name], ["c", "flag"]);
  assertEquals([account.interface, account.tls.cafile], ["internal", "/ca.pem"]);
});

Deno.test("chooseAccount: OS_AUTH_TYPE=v3token has the token re-scoped", async () => {
  const env = { ...OS_TOKEN, OS_AUTH_TYPE: "v3token", OS_AUTH_URL: "http://k", OS_PROJECT_ID: "p" };
  const { credentials } = await choose({ env });
  assertEquals(credentials.kind === "keystone" && credentials.request, {
    auth: {
      identity: { methods: ["token"], token: { id: "t1" } },
      scope: { project: { id: "p" } },
    },
  });
});

Deno.test("chooseAccount finds the Keystone of a given token", async () => {
  const keystoneOf = async (setting: Setting) => {
    const { credentials } = await choose({ ...setting, caller: CALLER });
    return credentials.kind === "token" ? credentials.keystone : undefined;
  };
  assertEquals(await keystoneOf({ env: OS_PASSWORD }), "http://environment/v3");
  assertEquals(await keystoneOf({}), "http://service/v3");
  assertEquals(await keystoneOf({ nova: "" }), undefined);
  assertEquals((await choose({ caller: CALLER })).tls.cafile, "/service.pem");
});

Deno.test("chooseAccount: nova's request without a token uses the configuration", async () => {
  assertEquals((await choose({ caller: { ...CALLER, token: null } })).origin, "[service_user]");
});

Deno.test("chooseAccount reads credentials from the section that auth_section names", async () => {
  const nova = `[service_user]\nauth_section = shared\nusername = ignored\n
[shared]\nauth_type = password\nauth_url = http://shared\nusername = u\npassword = p\n`;
  const { auth, origin } = await choose({ nova });
  assertEquals([origin, auth.auth_url, auth.username], ["[service_user]", "http://shared", "u"]);
});

const BAD: readonly (readonly [string, Setting, string])[] = [
  [
    "a user without Keystone",
    { env: { OS_USERNAME: "e" } },
    "(OS_* settings): 'auth_url' is missing",
  ],
  ["a cloud that is not there", { os: { OS_CLOUD: "x" } }, "Cannot find cloud 'x'"],
  ["a group without a password", {
    nova: "[service_user]\nauth_url = http://k\nusername = u\n",
  }, "([service_user]): 'password' is missing"],
];

for (const [name, setting, words] of BAD) {
  Deno.test(`chooseAccount does not pass over ${name}`, async () => {
    const error = await assertRejects(() => choose(setting), ToolError, words);
    assertEquals([error.exitStatus, error.hints.length], [78, 1]);
  });
}
