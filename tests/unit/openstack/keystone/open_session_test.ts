/**
 * Sessions with the embedded Keystone: tokens are requested when they are needed, and every failure
 * has its own code and one hint, and no secret.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { EmbeddedKeystone } from "@lab/embedded/keystone.ts";
import { Tokens } from "@lab/embedded/tokens.ts";
import { ToolError } from "@/errors.ts";
import { timeoutOf } from "@/openstack/keystone/service_settings.ts";
import { type OpenedSession, openSession } from "@/openstack/keystone/open_session.ts";
import { HangUp } from "../../../doubles/hang_up.ts";
import { AUTHORITY, SELF_SIGNED, SERVER } from "../../../doubles/certificates.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { configOf, type World, world } from "../../../doubles/world.ts";

const NEVER = new AbortController().signal;
const NOVA = { name: "nova", password: "geheim", project: "service", roles: ["service", "admin"] };
const OTHER = { name: "glance", password: "geheim2", project: "service", roles: ["member"] };

function keystone(tokens = new Tokens()): EmbeddedKeystone {
  return new EmbeddedKeystone({ tokens, users: [NOVA, OTHER], catalog: { image: "http://g" } });
}

function group(name: string, url: string, user = NOVA, more = ""): string {
  return `[${name}]
auth_type = password
auth_url = ${url}
username = ${user.name}
password = ${user.password}
project_name = ${user.project}
user_domain_name = Default
project_domain_name = Default
${more}
`;
}

async function open(conf: string, context: World = world()): Promise<OpenedSession> {
  return await openSession(context, { config: configOf(conf), os: {} }, NEVER);
}

async function failure(conf: string, context: World = world()): Promise<ToolError> {
  using opened = await open(conf, context);
  const error = await assertRejects(() => opened.session.headers(NEVER), ToolError);
  assertEquals(error.hints.length, 1, error.message);
  const said = JSON.stringify([error.message, error.hints, context.logged]);
  assertEquals(/geheim/.test(said), false, said);
  return error;
}

Deno.test("a session asks Keystone once, when it is first used, and has roles and catalog", async () => {
  await using server = keystone();
  using opened = await open(group("keystone_authtoken", server.url));
  assertEquals(server.server.requests.length, 0);
  const { session } = opened;
  const headers = await session.headers(NEVER);
  assertEquals(Object.keys(headers), ["x-auth-token"]);
  assertEquals(await session.headers(NEVER), headers);
  assertEquals(await session.roles(NEVER), ["service", "admin"]);
  assertEquals((await session.catalog(NEVER))?.map(({ type }) => type), ["identity", "image"]);
  assertEquals(server.server.requests.length, 1);
});

Deno.test("a session whose token was refused gets another", async () => {
  await using server = keystone();
  using opened = await open(group("keystone_authtoken", server.url));
  const first = await opened.session.headers(NEVER);
  assertEquals(opened.session.renew(first), true);
  const second = await opened.session.headers(NEVER);
  assertEquals(second["x-auth-token"] === first["x-auth-token"], false);
  assertEquals(opened.session.renew(first), true, "an old refusal");
  assertEquals(await opened.session.headers(NEVER), second);
});

Deno.test("a session sends nova's service token where [service_user] says so", async () => {
  await using server = keystone();
  const tokens = async (conf: string, os: Record<string, string>) => {
    using opened = await openSession(world(), { config: configOf(conf), os }, NEVER);
    const headers = await opened.session.headers(NEVER);
    return [headers["x-auth-token"] !== undefined, headers["x-service-token"]];
  };
  const os = {
    OS_AUTH_URL: server.url,
    OS_USERNAME: OTHER.name,
    OS_PASSWORD: OTHER.password,
    OS_PROJECT_NAME: OTHER.project,
  };
  const sending = group("service_user", server.url, NOVA, "send_service_user_token = true");
  const [, service] = await tokens(sending, os);
  assertEquals(typeof service, "string");
  assertEquals(server.server.requests.length, 2, "a token of its own");
  assertEquals(await tokens(group("service_user", server.url), os), [true, undefined]);
  await using host = keystone();
  const elsewhere = group("service_user", host.url, NOVA, "send_service_user_token = true");
  assertEquals(await tokens(elsewhere, os), [true, undefined], "not to another cloud's services");
  assertEquals(host.server.requests.length, 0);
});

Deno.test("a session of [service_user] itself needs one token for both header fields", async () => {
  await using server = keystone();
  const conf = group("service_user", server.url, NOVA, "send_service_user_token = true");
  using opened = await open(conf);
  const headers = await opened.session.headers(NEVER);
  assertEquals(headers["x-auth-token"], headers["x-service-token"]);
  assertEquals(server.server.requests.length, 1);
});

Deno.test("a session with nova's tokens sends them as they are, and has no others", async () => {
  const caller = { token: "user", serviceToken: "service", endpoint: null, requestId: null };
  using opened = await openSession(world(), { config: configOf(""), os: {}, caller }, NEVER);
  const headers = { "x-auth-token": "user", "x-service-token": "service" };
  assertEquals(await opened.session.headers(NEVER), headers);
  assertEquals(opened.session.renew(headers), false);
  assertEquals(await opened.session.roles(NEVER), []);
  assertEquals(await opened.session.catalog(NEVER), undefined);
});

Deno.test("a token that was handed over is looked up where its catalog is needed", async () => {
  const token = {
    expires_at: "2100-01-01T00:00:00.000000Z",
    roles: [{ name: "service" }],
    catalog: [],
  };
  await using server = new HttpServer(() => ({ status: 200, body: JSON.stringify({ token }) }));
  const os = { OS_TOKEN: "given", OS_AUTH_URL: server.url };
  using opened = await openSession(world(), { config: configOf(""), os }, NEVER);
  assertEquals(await opened.session.catalog(NEVER), []);
  assertEquals(await opened.session.roles(NEVER), ["service"]);
  assertEquals(server.requests.length, 1);
  const [asked] = server.requests;
  assertEquals([asked?.method, asked?.path], ["GET", "/v3/auth/tokens"]);
  assertEquals(asked?.headers.get("x-subject-token"), "given");
});

Deno.test("a look-up that failed is tried again", async () => {
  const token = { expires_at: "2100-01-01T00:00:00.000000Z", roles: [], catalog: [] };
  await using server = new HttpServer(() => ({ status: 200, body: JSON.stringify({ token }) }));
  server.setFault("/v3/auth/tokens", { kind: "status", status: 503, times: 1 });
  const os = { OS_TOKEN: "given", OS_AUTH_URL: server.url };
  using opened = await openSession(world(), { config: configOf(""), os }, NEVER);
  await assertRejects(() => opened.session.catalog(NEVER), ToolError, "503");
  assertEquals(await opened.session.roles(NEVER), []);
  assertEquals(await opened.session.catalog(NEVER), []);
});

Deno.test("no credentials are no header fields", async () => {
  using opened = await open("");
  assertEquals(await opened.session.headers(NEVER), {});
});

Deno.test("a wrong password is authentication_failed", async () => {
  await using server = keystone();
  const conf = group("keystone_authtoken", server.url, { ...NOVA, password: "geheim-falsch" });
  const error = await failure(conf);
  assertEquals([error.code, error.exitStatus], ["authentication_failed", 77]);
  assertStringIncludes(error.message, "Cannot get a token for user 'nova' ([keystone_authtoken])");
  assertStringIncludes(error.message, "The request you have made requires authentication.");
  assertStringIncludes(error.hints[0] ?? "", "[keystone_authtoken]");
});

Deno.test("a token that has expired is unauthorized", async () => {
  await using server = new HttpServer(() => ({
    status: 401,
    body: '{"error": {"message": "The token geheim has expired."}}',
  }));
  const os = { OS_TOKEN: "geheim", OS_AUTH_URL: server.url };
  using opened = await openSession(world(), { config: configOf(""), os }, NEVER);
  const error = await assertRejects(() => opened.session.catalog(NEVER), ToolError);
  assertEquals([error.code, error.hints.length], ["unauthorized", 1]);
  assertStringIncludes(error.message, "Cannot look up the token (OS_TOKEN)");
  assertEquals(error.message.includes("geheim"), false);
  assertStringIncludes(error.hints[0] ?? "", "openstack token issue");
});

Deno.test("a Keystone that does not run is keystone_unreachable", async () => {
  const port = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr.port;
  })();
  const clock = new FakeClock({ runsBelow: 9_000 });
  const conf = group("keystone_authtoken", `http://127.0.0.1:${port}`);
  const error = await failure(conf, world({ clock }));
  assertEquals([error.code, error.exitStatus], ["keystone_unreachable", 69]);
  assertStringIncludes(error.message, "connection refused (4 tries in 7.0 s)");
  assertStringIncludes(
    error.hints[0] ?? "",
    "the address is in [keystone_authtoken]auth_url (/etc/nova/nova.conf:3)",
  );
});

/** A session whose Keystone closes the connection of the first requests. */
async function hungUpOn(times: number, more = "") {
  await using server = keystone();
  await using relay = new HangUp(server.server.url, times);
  const context = world({ clock: new FakeClock({ runsBelow: 9_000 }) });
  const conf = `${group("keystone_authtoken", `${relay.url}/v3`)}[glance]\n${more}`;
  using opened = await open(conf, context);
  const ended = await opened.session.headers(NEVER).catch((error: ToolError) => error);
  return { ended, logged: context.logged, requests: server.server.requests.length };
}

// keystoneauth1/session.py, `_send_request`: `connect_retries`, for the request of a token as well.
Deno.test("a lost connection to Keystone is tried again: a token changes nothing", async () => {
  const { ended, logged, requests } = await hungUpOn(3);
  assertEquals([Object.keys(ended), requests], [["x-auth-token"], 1]);
  const setbacks = logged.filter((line) => line.startsWith("setback"));
  assertEquals(setbacks.length, 3);
  assertStringIncludes(setbacks[0] ?? "", "closed before the answer; next try in");
});

Deno.test("a lost connection to Keystone is tried again as often as [glance]num_retries", async () => {
  const { ended, requests } = await hungUpOn(3, "num_retries = 2\n");
  assertEquals((ended as ToolError).code, "keystone_unreachable");
  assertStringIncludes((ended as ToolError).message, "(3 tries in");
  assertEquals(requests, 0);
});

Deno.test("a lost connection of a look-up of a token is tried again", async () => {
  const token = { expires_at: "2100-01-01T00:00:00Z", roles: [], catalog: [] };
  await using server = new HttpServer(() => ({ status: 200, body: JSON.stringify({ token }) }));
  await using relay = new HangUp(server.url, 1);
  const os = { OS_TOKEN: "geheim", OS_AUTH_URL: `${relay.url}/v3` };
  const context = world({ clock: new FakeClock({ runsBelow: 9_000 }) });
  using opened = await openSession(context, { config: configOf(""), os }, NEVER);
  assertEquals(await opened.session.catalog(NEVER), []);
});

Deno.test("a Keystone that does not answer is a timeout", async () => {
  await using server = keystone();
  server.server.setFault("/v3/auth/tokens", { kind: "silent" });
  const clock = new FakeClock();
  const failed = failure(group("keystone_authtoken", server.url), world({ clock }));
  await server.server.reached();
  await clock.advance(60_000);
  assertEquals((await failed).code, "timeout");
});

Deno.test("a refused password is named with the lines that it and its user came from", async () => {
  await using server = keystone();
  const error = await failure(
    group("service_user", server.url, { ...NOVA, password: "geheim-but-old" }),
  );
  assertEquals(error.code, "authentication_failed");
  assertEquals(error.hints, [
    "check [service_user]username (/etc/nova/nova.conf:4) and " +
    "[service_user]password (/etc/nova/nova.conf:5), and the domain and project next to them",
  ]);
});

Deno.test("a user who needs a second factor is told which, not that the password is wrong", async () => {
  const body = {
    receipt: { methods: ["password"], expires_at: "2100-01-01T00:00:00Z" },
    required_auth_methods: [["password", "totp"], ["password", "x509\u001b"]],
  };
  await using server = new HttpServer(() => ({
    status: 401,
    headers: { "openstack-auth-receipt": "r", "content-type": "application/json" },
    body: JSON.stringify(body),
  }));
  const error = await failure(group("keystone_authtoken", server.url));
  assertEquals(error.code, "authentication_failed");
  assertStringIncludes(
    error.message,
    "several factors: password with totp, or password with x509?",
  );
  assertStringIncludes(error.hints[0] ?? "", "application credential");
});

Deno.test("a token that a proxy sends twice is one token", async () => {
  const token = { expires_at: "2100-01-01T00:00:00Z", roles: [], catalog: [] };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      await request.body?.cancel();
      const twice: [string, string][] = [["x-subject-token", "t"], ["x-subject-token", "t"]];
      return new Response(JSON.stringify({ token }), { status: 201, headers: twice });
    },
  );
  using opened = await open(group("service_user", `http://127.0.0.1:${server.addr.port}`));
  assertEquals(await opened.session.headers(NEVER), { "x-auth-token": "t" });
});

const ANSWERS: readonly (readonly [string, number, string, string])[] = [
  [
    "a request that it does not understand",
    400,
    '{"error":{"message":"no domain"}}',
    "config_invalid",
  ],
  ["a URL that is not Keystone's", 404, "<html>nginx</html>", "source_unavailable"],
  ["a Keystone that is overloaded", 503, "", "temporary"],
  ["a token without the token", 201, '{"token":{}}', "source_unavailable"],
  ["an answer that is not JSON", 201, "<html>", "source_unavailable"],
];

for (const [name, status, body, code] of ANSWERS) {
  Deno.test(`${name} is ${code}`, async () => {
    const headers = { "x-subject-token": "t" };
    await using server = new HttpServer(() => ({ status, headers, body }));
    assertEquals((await failure(group("keystone_authtoken", server.url))).code, code);
  });
}

Deno.test("a Keystone that repeats the password does not get it into the message", async () => {
  await using server = new HttpServer(async (request) => ({
    status: 400,
    body: JSON.stringify({ error: { message: `Invalid input: ${await request.text()}` } }),
  }));
  const error = await failure(group("keystone_authtoken", server.url));
  assertStringIncludes(error.message, "***");
});

/** A Keystone behind TLS. */
function tlsKeystone(pair: typeof SERVER): Deno.HttpServer<Deno.NetAddr> {
  const token = { expires_at: "2100-01-01T00:00:00Z", roles: [], catalog: [] };
  return Deno.serve({ ...pair, hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    request.body?.cancel();
    return Response.json({ token }, { status: 201, headers: { "x-subject-token": "t" } });
  });
}

Deno.test("an unknown authority has its own code, and [keystone_authtoken]cafile fixes it", async () => {
  await using server = tlsKeystone(SERVER);
  const url = `https://localhost:${server.addr.port}`;
  const error = await failure(group("keystone_authtoken", url));
  assertEquals([error.code, error.exitStatus], ["authority_unknown", 69]);
  assertStringIncludes(error.message, "signed by an unknown authority");
  assertEquals(error.hints, [
    "set the authority's certificate: '[keystone_authtoken] cafile' or --os-cacert",
  ]);
  const context = world({ files: { "/ca.pem": AUTHORITY } });
  using opened = await open(group("keystone_authtoken", url, NOVA, "cafile = /ca.pem"), context);
  assertEquals(await opened.session.headers(NEVER), { "x-auth-token": "t" });
});

Deno.test("OS_CACERT and --os-cacert go before the group's cafile", async () => {
  await using server = tlsKeystone(SERVER);
  const conf = group(
    "keystone_authtoken",
    `https://localhost:${server.addr.port}`,
    NOVA,
    "cafile = /x",
  );
  const files = { "/ca.pem": AUTHORITY, "/x": SELF_SIGNED.cert };
  for (
    const [env, os] of [[{ OS_CACERT: "/ca.pem" }, {}], [{}, { OS_CACERT: "/ca.pem" }]] as const
  ) {
    const context = world({ files, env });
    using opened = await openSession(context, { config: configOf(conf), os }, NEVER);
    assertEquals(await opened.session.headers(NEVER), { "x-auth-token": "t" });
  }
});

Deno.test("--insecure reaches a Keystone with an untrusted certificate, and warns", async () => {
  await using server = tlsKeystone(SELF_SIGNED);
  const conf = group("keystone_authtoken", `https://localhost:${server.addr.port}`);
  const context = world();
  const options = { config: configOf(conf), os: { OS_INSECURE: "true" } };
  using opened = await openSession(context, options, NEVER);
  assertEquals(await opened.session.headers(NEVER), { "x-auth-token": "t" });
  assertStringIncludes(
    context.logged.join("\n"),
    "warning: Keystone's certificate is not verified",
  );
});

Deno.test("timeoutOf is [glance]timeout in seconds, or a minute", () => {
  assertEquals(timeoutOf(configOf("[glance]\ntimeout = 2.5\n")), 2500);
  assertEquals([timeoutOf(configOf("")), timeoutOf(configOf("[glance]\ntimeout = 0\n"))], [
    60_000,
    60_000,
  ]);
});
