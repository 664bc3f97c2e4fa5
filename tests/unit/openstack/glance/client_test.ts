/**
 * The Image API as compute hosts use it, against the embedded Glance.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";

import { EmbeddedGlance, type GlanceOptions } from "@lab/embedded/glance.ts";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { EmbeddedKeystone } from "@lab/embedded/keystone.ts";
import { Tokens } from "@lab/embedded/tokens.ts";
import { ToolError } from "@/errors.ts";
import { type GlanceClient, glanceClient } from "@/openstack/glance/client.ts";
import { Endpoints } from "@/openstack/glance/endpoint.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { openSession } from "@/openstack/keystone/open_session.ts";
import { type AuthSession, fixedSession } from "@/openstack/keystone/session.ts";
import { SERVER } from "../../../doubles/certificates.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { configOf, type World, world } from "../../../doubles/world.ts";

const NEVER = new AbortController().signal;
const ONE = "aaaaaaaa-0000-4000-8000-000000000001";
const TWO = "aaaaaaaa-0000-4000-8000-000000000002";
const CONTENT = dense(noise(1000));

/** A client whose waits take no time. */
function clientOf(urls: readonly string[], session = fixedSession("nobody", {})) {
  const context: World = world({ clock: new FakeClock({ runsBelow: 20_000 }) });
  const client = glanceClient({
    context,
    transport: openTransport(context, { peer: "Glance", tls: {} }),
    session,
    endpoints: new Endpoints(urls, "the test"),
    retries: 3,
    timeoutMs: 60_000,
    requestId: "req-test",
  });
  return { client, context };
}

/** A Glance and a client of it. */
function lab(options: GlanceOptions = {}, session?: AuthSession) {
  const glance = new EmbeddedGlance(options);
  return { glance, ...clientOf([glance.url], session) };
}

async function failure(work: () => Promise<unknown>): Promise<ToolError> {
  const error = await assertRejects(work, ToolError);
  assertEquals(error.hints.length, 1, error.message);
  return error;
}

Deno.test("show returns the record, and sends the id of nova's request", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  glance.add({ id: ONE, name: "one", content: CONTENT });
  const record = await client.show(ONE, NEVER);
  assertEquals([record.id, record.name, record.size, record.status], [ONE, "one", 1000, "active"]);
  assertEquals(glance.server.requests[0]?.headers.get("x-openstack-request-id"), "req-test");
});

Deno.test("find accepts an id in any case, then a name", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  glance.add({ id: ONE, name: TWO, content: CONTENT });
  glance.add({ id: TWO, name: "ubuntu:22.04, amd64", content: CONTENT });
  assertEquals((await client.find(ONE.toUpperCase(), NEVER)).id, ONE);
  assertEquals((await client.find(TWO, NEVER)).id, TWO, "an id wins over a name");
  glance.delete(TWO);
  assertEquals((await client.find(TWO, NEVER)).id, ONE, "a name may look like an id");
  assertEquals((await failure(() => client.find("ubuntu:22.04, amd64", NEVER))).code, "not_found");
});

Deno.test("find accepts an id in Glance's own spelling, even in upper case", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  const id = "A1B2C3D4-0000-4000-8000-ABCDEF012345";
  glance.add({ id, content: CONTENT });
  assertEquals((await client.find(id, NEVER)).id, id);
});

Deno.test("an invalid record in a list is skipped and named: no tenant can break a command", async () => {
  const record = { id: ONE, name: "good", status: "active" };
  const odd = [
    null,
    "text",
    {},
    { ...record, id: "../../etc/passwd" },
    { ...record, id: { toString: 1, valueOf: 1 } },
    { ...record, id: "x?sig=geheim\u001b[2J" },
    { ...record, size: "12" },
    { ...record, status: 5 },
    { ...record, os_hash_algo: "sha512", os_hash_value: "xyz" },
  ];
  await using server = new HttpServer(() => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ images: [...odd, { ...record, locations: [{ url: null }] }] }),
  }));
  const { client, context } = clientOf([server.url]);
  using _client = client;
  const listed = await Array.fromAsync(client.list({}, NEVER));
  assertEquals(listed.map(({ name, locations }) => [name, locations]), [["good", []]]);
  const warnings = context.logged.filter((line) => line.startsWith("warning"));
  assertEquals(warnings.length, odd.length + 1);
  assertEquals(/geheim|\p{Cc}/u.test(warnings.join("")), false, warnings.join());
  assertEquals((await client.find("good", NEVER)).id, ONE);
});

Deno.test("find accepts names that Glance would read as an operator", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  for (const name of ["ubuntu:22.04", "in:a,b", "eq:x", "gt:1", "a&b=c", "Größe 1 GiB", "100%"]) {
    const { id } = glance.add({ name, content: CONTENT });
    assertEquals((await client.find(name, NEVER)).id, id);
  }
});

Deno.test("find returns a hidden image if no other has the name", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  const hidden = { os_hidden: true };
  glance.add({ id: ONE, name: "golden", content: CONTENT, record: hidden });
  assertEquals((await client.find("golden", NEVER)).id, ONE);
  glance.add({ id: TWO, name: "golden", content: CONTENT });
  assertEquals((await client.find("golden", NEVER)).id, TWO);
});

Deno.test("find refuses a name that several images have, and lists their ids", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  glance.add({ id: ONE, name: "twin", content: CONTENT });
  glance.add({ id: TWO, name: "twin", content: CONTENT });
  const error = await failure(() => client.find("twin", NEVER));
  assertEquals(error.code, "usage");
  assertStringIncludes(error.message, `2 images have this name: ${TWO}, ${ONE}`);
});

Deno.test("find ignores images of other names in Glance's answer", async () => {
  const record = {
    id: ONE,
    name: "GOLDEN",
    status: "active",
  };
  await using server = new HttpServer(() => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ images: [record] }),
  }));
  const { client } = clientOf([server.url]);
  using _client = client;
  assertEquals((await failure(() => client.find("golden", NEVER))).code, "not_found");
});

Deno.test("list goes through all pages, with the filters on each", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  for (let index = 0; index < 7; index++) {
    glance.add({ name: `i${index}`, content: CONTENT, tags: index % 2 === 0 ? ["even"] : [] });
  }
  const filters = { tag: ["even"], limit: ["2"] };
  const names = await Array.fromAsync(client.list(filters, NEVER), ({ name }) => name);
  assertEquals(names, ["i6", "i4", "i2", "i0"]);
  assertEquals(glance.server.requests.every(({ path }) => path.includes("tag=even")), true);
});

Deno.test("list ends where a server gives the same page for ever", async () => {
  const page = {
    images: [{ id: ONE, name: "one", status: "active" }],
    next: `/v2/images?marker=${ONE}`,
  };
  await using server = new HttpServer(() => ({ status: 200, body: JSON.stringify(page) }));
  const { client } = clientOf([server.url]);
  using _client = client;
  assertEquals((await Array.fromAsync(client.list({}, NEVER))).length, 2);
});

Deno.test("list uses only the marker of 'next': another host gets no token", async () => {
  await using elsewhere = new HttpServer(() => ({ status: 200 }));
  let asked = 0;
  await using server = new HttpServer(() => {
    const next = { images: [], next: `${elsewhere.url}/v2/images?marker=m&limit=9` };
    return { status: 200, body: JSON.stringify(asked++ === 0 ? next : { images: [] }) };
  });
  const { client } = clientOf([`${server.url}/image`]);
  using _client = client;
  await Array.fromAsync(client.list({}, NEVER));
  assertEquals(server.requests.map(({ path }) => path), [
    "/image/v2/images",
    "/image/v2/images?marker=m",
  ]);
  assertEquals(elsewhere.requests.length, 0);
});

Deno.test("list refuses what is not a list, and says where to look", async () => {
  for (const body of ["{}", "[]", "null", '{"images": {}}']) {
    await using server = new HttpServer(() => ({ status: 200, body }));
    const { client } = clientOf([server.url]);
    using _client = client;
    const error = await failure(() => Array.fromAsync(client.list({}, NEVER)));
    assertEquals(error.code, "source_unavailable");
  }
});

Deno.test("a wrong address is not a missing image", async () => {
  await using server = new HttpServer(() => ({ status: 404, body: "nothing here" }));
  const { client } = clientOf([server.url]);
  using _client = client;
  const error = await failure(() => client.find("golden", NEVER));
  assertEquals(error.code, "source_unavailable");
});

Deno.test("metadata is requested again on the next server, after a wait", async () => {
  await using first = new EmbeddedGlance();
  await using second = new EmbeddedGlance();
  second.add({ id: ONE, content: CONTENT });
  first.server.setFault(`/v2/images/${ONE}`, { kind: "status", status: 503 });
  const { client, context } = clientOf([first.url, second.url]);
  using _client = client;
  assertEquals((await client.show(ONE, NEVER)).id, ONE);
  assertEquals([first.server.requests.length, second.server.requests.length], [1, 1]);
  assertStringIncludes(context.logged.join("\n"), "the answer is 503");
  assertStringIncludes(context.logged.join("\n"), "next try in 1.0 s");
});

Deno.test("metadata is requested again if the connection is refused", async () => {
  await using glance = new EmbeddedGlance();
  glance.add({ id: ONE, content: CONTENT });
  const port = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr.port;
  })();
  const { client } = clientOf([`http://127.0.0.1:${port}`, glance.url]);
  using _client = client;
  assertEquals((await client.show(ONE, NEVER)).id, ONE);
});

Deno.test("a certificate that is not trusted is not tried again, but another server is", async () => {
  await using glance = new EmbeddedGlance();
  glance.add({ id: ONE, content: CONTENT });
  const options = { ...SERVER, hostname: "127.0.0.1", port: 0, onListen: () => {} };
  await using strange = Deno.serve(options, () => new Response());
  const url = `https://127.0.0.1:${strange.addr.port}`;
  const { client, context } = clientOf([url]);
  using _client = client;
  const error = await failure(() => client.show(ONE, NEVER));
  assertEquals(error.code, "authority_unknown");
  assertEquals(context.logged.some((line) => line.includes("next try")), false);
  const { client: other } = clientOf([url, glance.url]);
  using _other = other;
  assertEquals((await other.show(ONE, NEVER)).id, ONE);
});

Deno.test("metadata is requested no more often than allowed", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  glance.server.setFault(`/v2/images/${ONE}`, { kind: "status", status: 500, body: "broken" });
  const error = await failure(() => client.show(ONE, NEVER));
  assertEquals([error.code, glance.server.requests.length], ["temporary", 4]);
  assertStringIncludes(error.message, "the answer is 500, saying 'broken'");
});

Deno.test("what Glance refuses for good is not requested again", async () => {
  const tokens = new Tokens();
  const { glance, client } = lab({ tokens });
  await using _glance = glance;
  using _client = client;
  const error = await failure(() => client.show(ONE, NEVER));
  assertEquals([error.code, glance.server.requests.length], ["unauthorized", 1]);
  assertEquals(error.hints, ["check the credentials (nobody): openstack token issue"]);
});

/** A session whose token can be renewed as often as given. */
function renewable(tokens: Tokens, times: number, ...roles: readonly string[]): AuthSession {
  let token = tokens.issue(...roles);
  let left = times;
  return {
    origin: "the test",
    headers: () => Promise.resolve({ "x-auth-token": token }),
    roles: () => Promise.resolve(roles),
    catalog: () => Promise.resolve(undefined),
    renew: (refused) => {
      assertEquals(refused["x-auth-token"], token);
      if (left-- === 0) return false;
      token = tokens.issue(...roles);
      return true;
    },
    secrets: () => [token],
  };
}

Deno.test("a token that has expired is replaced once, for records and for data", async () => {
  const tokens = new Tokens();
  const session = renewable(tokens, 2, "member");
  const { glance, client } = lab({ tokens }, session);
  await using _glance = glance;
  using _client = client;
  glance.add({ id: ONE, content: CONTENT });
  tokens.revokeAll();
  assertEquals((await client.show(ONE, NEVER)).id, ONE);
  tokens.revokeAll();
  const response = await client.data(ONE, { signal: NEVER });
  assertEquals((await response.bytes()).length, 1000);
  tokens.revokeAll();
  const error = await failure(() => client.show(ONE, NEVER));
  assertEquals(error.code, "unauthorized");
});

Deno.test("a refusal never repeats a token, not even one that was replaced meanwhile", async () => {
  const tokens = new Tokens();
  const users = [{ name: "nova", password: "p", project: "service", roles: ["service"] }];
  await using keystone = new EmbeddedKeystone({ tokens, users, catalog: {} });
  const sent: string[] = [];
  await using server = new HttpServer((request) => {
    sent.push(request.headers.get("x-auth-token") ?? "");
    return sent.length === 1 ? { status: 401 } : { status: 403, body: `not ${sent.join(", ")}` };
  });
  const conf = `[service_user]\nauth_url = ${keystone.url}\nusername = nova\npassword = p\n` +
    "project_name = service\n";
  using opened = await openSession(world(), { config: configOf(conf), os: {} }, NEVER);
  const { client } = clientOf([server.url], opened.session);
  using _client = client;
  const error = await failure(() => client.show(ONE, NEVER));
  assertStringIncludes(error.message, "not ***, ***'");
  assertEquals(new Set(sent).size, 2);
});

Deno.test("a refusal never repeats the token", async () => {
  await using server = new HttpServer((request) => ({
    status: 403,
    body: `Your token ${request.headers.get("x-auth-token")} is worth nothing`,
  }));
  const { client } = clientOf([server.url], fixedSession("x", { "x-auth-token": "geheim" }));
  using _client = client;
  const error = await failure(() => client.show(ONE, NEVER));
  assertStringIncludes(error.message, "Your token *** is worth nothing");
});

const RBD = "rbd://fsid/images/x/snap";

for (const role of ["service", "admin"]) {
  Deno.test(`locations asks the locations call with the role ${role}`, async () => {
    const tokens = new Tokens();
    const options = { tokens, locationsApi: true, showDirectUrl: false };
    const { glance, client } = lab(options, renewable(tokens, 0, role));
    await using _glance = glance;
    using _client = client;
    glance.add({ id: ONE, content: CONTENT, url: RBD });
    const record = await client.show(ONE, NEVER);
    assertEquals(record.locations, []);
    assertEquals((await client.locations(record, NEVER)).map(({ url }) => url), [RBD]);
  });
}

Deno.test("locations returns those of the record without the role, and sends no request", async () => {
  const tokens = new Tokens();
  const options = { tokens, locationsApi: true };
  const { glance, client } = lab(options, renewable(tokens, 0, "member"));
  await using _glance = glance;
  using _client = client;
  glance.add({ id: ONE, content: CONTENT, url: RBD });
  const record = await client.show(ONE, NEVER);
  assertEquals((await client.locations(record, NEVER)).map(({ url }) => url), [RBD]);
  assertEquals(glance.server.requests.length, 1);
});

for (const status of [300, 400, 403, 404, 405, 500]) {
  Deno.test(`locations returns those of the record if the call ends with ${status}`, async () => {
    const tokens = new Tokens();
    const options = { tokens, showMultipleLocations: true };
    const { glance, client } = lab(options, renewable(tokens, 0, "service"));
    await using _glance = glance;
    using _client = client;
    glance.add({ id: ONE, content: CONTENT, url: RBD });
    const record = await client.show(ONE, NEVER);
    glance.server.setFault(`/v2/images/${ONE}/locations`, { kind: "status", status });
    const found = await client.locations(record, NEVER);
    assertEquals(found.map(({ url }) => url), [RBD], "no URL twice");
  });
}

Deno.test("locations ends with the signal", async () => {
  const tokens = new Tokens();
  const { glance, client } = lab({ tokens }, renewable(tokens, 0, "service"));
  await using _glance = glance;
  using _client = client;
  glance.add({ id: ONE, content: CONTENT, url: RBD });
  const record = await client.show(ONE, NEVER);
  const aborted = AbortSignal.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => client.locations(record, aborted), ToolError, "Interrupted");
});

async function dataOf(client: GlanceClient, offset: number, prefer: readonly string[] = []) {
  const response = await client.data(ONE, { offset, prefer, signal: NEVER });
  return { status: response.status, bytes: await response.bytes() };
}

Deno.test("data requests everything, or from an offset, or by store", async () => {
  const { glance, client } = lab({ randomAccess: true });
  await using _glance = glance;
  using _client = client;
  glance.add({ id: ONE, content: CONTENT });
  assertEquals((await dataOf(client, 0)).bytes, noise(1000));
  assertEquals(await dataOf(client, 990), { status: 206, bytes: noise(1000).slice(990) });
  await dataOf(client, 0, ["near", "far"]);
  const [whole, part, preferred] = glance.server.requests;
  assertEquals([whole?.headers.get("range"), part?.headers.get("range")], [null, "bytes=990-"]);
  assertEquals(preferred?.path, `/v2/images/${ONE}/file?prefer=near%2Cfar`);
});

Deno.test("data leaves the status to the caller, and is not repeated", async () => {
  const { glance, client } = lab();
  await using _glance = glance;
  using _client = client;
  glance.setFault(ONE, { kind: "status", status: 503 });
  assertEquals((await dataOf(client, 0)).status, 503);
  assertEquals(glance.server.requests.length, 1);
});

Deno.test("nextEndpoint returns to the first after the last", async () => {
  await using first = new EmbeddedGlance();
  await using second = new EmbeddedGlance();
  const { client } = clientOf([first.url, second.url]);
  using _client = client;
  for (let turn = 0; turn < 3; turn++) {
    await dataOf(client, 0);
    client.nextEndpoint();
  }
  assertEquals([first.server.requests.length, second.server.requests.length], [2, 1]);
});
