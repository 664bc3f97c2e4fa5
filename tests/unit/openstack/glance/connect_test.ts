/**
 * Where Glance is, by every setting that can name it, and with which certificates.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { EmbeddedGlance } from "@lab/embedded/glance.ts";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { EmbeddedKeystone } from "@lab/embedded/keystone.ts";
import { Tokens } from "@lab/embedded/tokens.ts";
import { ToolError } from "@/errors.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import { findGlance } from "@/openstack/glance/connect.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import type { SessionOptions } from "@/openstack/keystone/credentials.ts";
import { openSession, type SessionContext } from "@/openstack/keystone/open_session.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { AUTHORITY, SERVER } from "../../../doubles/certificates.ts";
import { configOf, world, type WorldOptions } from "../../../doubles/world.ts";

const NEVER = new AbortController().signal;
const NOVA = { name: "nova", password: "geheim", project: "service", roles: ["service"] };
const GLANCE = "[glance]\n";

/** A client as commands open it. */
async function connect(
  context: SessionContext,
  options: SessionOptions,
): Promise<{ readonly client: GlanceClient } & Disposable> {
  using stack = new DisposableStack();
  const opened = stack.use(await openSession(context, options, NEVER));
  const access = await findGlance(context, options, opened, NEVER);
  const client = stack.use(openGlance(context, access, opened.session));
  const resources = stack.move();
  return { client, [Symbol.dispose]: () => resources.dispose() };
}

interface Setting extends WorldOptions {
  readonly nova?: string;
  readonly os?: Readonly<Record<string, string>>;
  readonly endpoint?: string;
}

async function endpointsOf({ endpoint, nova = "", os = {}, ...options }: Setting) {
  const caller = endpoint === undefined
    ? undefined
    : { token: null, serviceToken: null, endpoint, requestId: null };
  const settings = { config: configOf(nova), os, caller };
  using connected = await connect(world(options), settings);
  const { client } = connected;
  return client.endpoints;
}

const NAME = "OS_IMAGE_ENDPOINT_OVERRIDE";
const OVERRIDE = "endpoint_override = http://override/v2/\n";
const SERVERS = "api_servers = http://one:9292,http://two:9292/v2\n";
const CLOUDS =
  "clouds: {a: {auth_type: none, image_endpoint_override: http://cloud, auth: {endpoint: http://auth}}}";
const CLOUD = { OS_CLOUD: "a" };
const FILES = { "./clouds.yaml": CLOUDS };

const ORDER: readonly (readonly [string, Setting, readonly string[]])[] = [
  [
    "nova's request",
    { endpoint: "http://nova", os: { [NAME]: "http://flag" }, nova: GLANCE + SERVERS },
    ["http://nova"],
  ],
  [
    "--os-image-endpoint-override",
    { os: { [NAME]: "http://flag", ...CLOUD }, env: { [NAME]: "http://env" }, files: FILES },
    ["http://flag"],
  ],
  [
    "OS_IMAGE_ENDPOINT_OVERRIDE",
    { env: { [NAME]: "http://env", ...CLOUD }, files: FILES, nova: GLANCE + SERVERS },
    ["http://env"],
  ],
  ["clouds.yaml", { env: CLOUD, files: FILES, nova: GLANCE + SERVERS }, ["http://cloud"]],
  [
    "[glance]api_servers, shuffled",
    { nova: GLANCE + SERVERS + OVERRIDE },
    ["http://one:9292", "http://two:9292"],
  ],
  ["[glance]endpoint_override", { nova: GLANCE + OVERRIDE }, ["http://override"]],
  [
    "the endpoint of an auth plugin without Keystone",
    { env: { OS_AUTH_TYPE: "none", OS_ENDPOINT: "http://auth" } },
    ["http://auth"],
  ],
];

for (const [name, setting, expected] of ORDER) {
  Deno.test(`findGlance: ${name} comes before all that follows`, async () => {
    assertEquals((await endpointsOf(setting)).toSorted(), expected);
  });
}

/** A nova.conf with credentials of a Keystone. */
function authtoken(url: string, glance = ""): string {
  return `[glance]\n${glance}\n[keystone_authtoken]\nauth_type = password\nauth_url = ${url}
username = nova\npassword = geheim\nproject_name = service\n`;
}

Deno.test("findGlance finds Glance in the catalog, and speaks to it with a token", async () => {
  const tokens = new Tokens();
  await using glance = new EmbeddedGlance({ tokens });
  const catalog = { image: `${glance.url}/v2/` };
  await using keystone = new EmbeddedKeystone({ tokens, users: [NOVA], catalog });
  const options = { config: configOf(authtoken(keystone.url)), os: {} };
  using connected = await connect(world(), options);
  const { client } = connected;
  assertEquals(client.endpoints, [glance.url]);
  assertEquals(client.session.origin, "[keystone_authtoken]");
  assertEquals(await Array.fromAsync(client.list({}, NEVER)), []);
});

Deno.test("findGlance looks in the catalog as [glance] says, unless a flag says otherwise", async () => {
  const options = { tokens: new Tokens(), users: [NOVA], catalog: { image: "http://glance" } };
  await using keystone = new EmbeddedKeystone(options);
  const find = async (glance: string, os: Record<string, string> = {}) =>
    await endpointsOf({ nova: authtoken(keystone.url, glance), os });
  assertEquals(await find("region_name = RegionOne\nvalid_interfaces = admin"), ["http://glance"]);
  const wrong = [
    ["region_name = RegionTwo", {}],
    ["service_type = image2", {}],
    ["service_name = other", {}],
    ["", { OS_REGION_NAME: "RegionTwo" }],
    ["", { OS_INTERFACE: "secret" }],
  ] as const;
  for (const [glance, os] of wrong) {
    const error = await assertRejects(() => find(glance, os), ToolError, "Cannot find the image");
    assertEquals([error.code, error.hints.length], ["endpoint_not_found", 1]);
  }
  const flag = { OS_REGION_NAME: "RegionOne" };
  assertEquals(await find("region_name = RegionTwo", flag), ["http://glance"]);
});

Deno.test("findGlance reports that a catalog has no image service", async () => {
  const options = { tokens: new Tokens(), users: [NOVA], catalog: {} };
  await using keystone = new EmbeddedKeystone(options);
  const find = () => endpointsOf({ nova: authtoken(keystone.url) });
  const error = await assertRejects(find, ToolError);
  assertEquals(
    error.message,
    "Cannot find the image service: the catalog of these credentials ([keystone_authtoken]) has none",
  );
  assertEquals([error.code, error.hints.length], ["endpoint_not_found", 1]);
});

Deno.test("findGlance asks a busy Keystone again, as often as [glance]num_retries", async () => {
  const options = { tokens: new Tokens(), users: [NOVA], catalog: { image: "http://glance" } };
  await using keystone = new EmbeddedKeystone(options);
  const path = "/v3/auth/tokens";
  const clock = new FakeClock({ runsBelow: 9_000 });
  keystone.server.setFault(path, { kind: "status", status: 503, times: 2 });
  assertEquals(await endpointsOf({ nova: authtoken(keystone.url), clock }), ["http://glance"]);
  keystone.server.setFault(path, { kind: "status", status: 503 });
  const find = () => endpointsOf({ nova: authtoken(keystone.url, "num_retries = 1"), clock });
  assertEquals((await assertRejects(find, ToolError)).code, "temporary");
  assertEquals(keystone.server.requests.length, 3 + 2);
});

for (const os of [{}, { OS_TOKEN: "geheim" }]) {
  Deno.test(`findGlance reports that nothing leads to Glance: ${Object.keys(os)}`, async () => {
    const error = await assertRejects(() => endpointsOf({ os }), ToolError, "Cannot find Glance");
    assertEquals([error.code, error.hints.length], ["config_invalid", 2]);
    assertEquals(error.message.includes("geheim"), false);
  });
}

/** Glance behind TLS, which knows no image. */
function tlsGlance(): Deno.HttpServer<Deno.NetAddr> {
  const options = { ...SERVER, hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve(options, () => Response.json({ images: [] }));
}

Deno.test("findGlance honours [glance]retriable_status_codes, and counts the tries", async () => {
  await using server = new HttpServer(() => ({ status: 418, body: "a teapot" }));
  const ask = async (more: string) => {
    const context = world({ clock: new FakeClock({ runsBelow: 5000 }) });
    const nova = `[glance]\nendpoint_override = ${server.url}\nnum_retries = 2\n${more}`;
    using connected = await connect(context, { config: configOf(nova), os: {} });
    const before = server.requests.length;
    const list = () => Array.fromAsync(connected.client.list({}, NEVER));
    const { code } = await assertRejects(list, ToolError);
    return [code, server.requests.length - before];
  };
  assertEquals(await ask(""), ["source_unavailable", 1]);
  assertEquals(await ask("retriable_status_codes = 503, 418\n"), ["temporary", 3]);
});

Deno.test("findGlance reports which limits of TLS cannot be enforced", async () => {
  const warnings = async (nova: string, env: Record<string, string> = {}) => {
    const context = world({ env });
    const conf = `[glance]\nendpoint_override = http://g\n${nova}`;
    (await connect(context, { config: configOf(conf), os: {} }))[Symbol.dispose]();
    return context.logged.filter((line) => line.startsWith("warning"));
  };
  assertEquals(await warnings("tls_min_version = 1.2\n"), [], "less is never spoken");
  const both = await warnings("tls_min_version = 1.3\ntls_ciphers = ECDHE+AESGCM\n");
  assertEquals(both.map((line) => /'(tls_\w+)'/.exec(line)?.[1]), [
    "tls_min_version",
    "tls_ciphers",
  ]);
  assertEquals((await warnings("", { OS_TLS_MIN_VERSION: "1.3" })).length, 1);
});

Deno.test("findGlance trusts [glance]cafile, or a cloud's, or the flag's", async () => {
  await using server = tlsGlance();
  const url = `https://localhost:${server.addr.port}`;
  const files = {
    "/ca.pem": AUTHORITY,
    "./clouds.yaml":
      `clouds: {a: {auth_type: none, cacert: /ca.pem, image_endpoint_override: "${url}"}}`,
  };
  const settings: readonly Setting[] = [
    { nova: `[glance]\nendpoint_override = ${url}\ncafile = /ca.pem\n` },
    { nova: `[glance]\nendpoint_override = ${url}\n[ssl]\nca_file = /ca.pem\n` },
    { env: CLOUD },
    { nova: `[glance]\nendpoint_override = ${url}\n`, os: { OS_CACERT: "/ca.pem" } },
  ];
  for (const { nova = "", os = {}, env = {} } of settings) {
    const options = { config: configOf(nova), os };
    using connected = await connect(world({ env, files }), options);
    const { client } = connected;
    assertEquals(await Array.fromAsync(client.list({}, NEVER)), []);
  }
});

Deno.test("findGlance does not take [keystone_authtoken]cafile for Glance, as nova does not", async () => {
  await using server = tlsGlance();
  const nova = `[glance]\nendpoint_override = https://localhost:${server.addr.port}
num_retries = 0\n[keystone_authtoken]\nauth_url = http://k\nusername = u\npassword = p
cafile = /ca.pem\n`;
  const context = world({ files: { "/ca.pem": AUTHORITY } });
  const os = { OS_TOKEN: "t" };
  using connected = await connect(context, { config: configOf(nova), os });
  const { client } = connected;
  const list = () => Array.fromAsync(client.list({}, NEVER));
  assertStringIncludes((await assertRejects(list, ToolError)).message, "an unknown authority");
});
