/**
 * Every kind of credentials, against the real Keystone and the real Glance; and every kind of
 * mistake in them: its own code, one hint, and no secret in any output.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Account, ACCOUNTS, AUTH_URL, passwordOptions } from "@lab/ceph/credentials.ts";
import { call } from "@lab/ceph/http.ts";
import { ENDPOINTS } from "@lab/ceph/lab.ts";
import { loadConfig } from "@/config/config.ts";
import { findGlance } from "@/openstack/glance/connect.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import { openSession } from "@/openstack/keystone/open_session.ts";
import { systemContext } from "@/system/context.ts";
import { AUTHORITY, CLIENT, SERVER } from "../doubles/certificates.ts";
import { applicationCredential, logIn, revoke, trust } from "./keystone_account.ts";
import { tlsFront } from "./tls_front.ts";
import { type Failure, failureOf, start } from "./tool.ts";

const NEVER = new AbortController().signal;
const LOOPBACK = { hostname: "127.0.0.1", port: 0, onListen: () => {} } as const;

/** A directory with the files of one test, and a private image of nova's project. */
class Workspace implements AsyncDisposable {
  readonly directory: string;
  readonly image: { readonly id: string; readonly name: string };
  readonly #secrets: string[] = [ACCOUNTS.nova.password, ACCOUNTS.admin.password];

  private constructor(directory: string, image: Workspace["image"]) {
    this.directory = directory;
    this.image = image;
  }

  static async make(files: Readonly<Record<string, string>> = {}): Promise<Workspace> {
    const directory = await Deno.makeTempDir({ prefix: "glance-direct-identity-" });
    const all = { "nova.conf": "", ...files };
    for (const [name, text] of Object.entries(all)) {
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    return new Workspace(directory, await privateImage("nova"));
  }

  /** Something that no output may contain. */
  keepSecret(...secrets: readonly string[]): void {
    this.#secrets.push(...secrets);
  }

  /** Runs `show` with all there is to log. */
  async #show(env: Readonly<Record<string, string>>, flags: readonly string[]) {
    const conf = `${this.directory}/nova.conf`;
    const args = ["show", this.image.name, "--config-file", conf, "-f", "json", "-vv", ...flags];
    const inherited = { PATH: "/usr/bin:/bin", HOME: this.directory };
    const ended = await start(args, { cwd: this.directory, env: { ...inherited, ...env } }).ended;
    const said = ended.stdout + ended.stderr;
    for (const secret of this.#secrets) assert(!said.includes(secret), `a secret: ${said}`);
    assertEquals(/gAAAA[\w-]{20}/.test(said), false, "a token");
    assertEquals(/^ {4}at |\.ts:\d+/m.test(said), false, `a stack: ${said}`);
    return ended;
  }

  /** Asserts that the image is seen with these settings; gives the log. */
  async sees(
    env: Readonly<Record<string, string>> = {},
    ...flags: readonly string[]
  ): Promise<string> {
    const { status, stderr, stdout } = await this.#show(env, flags);
    assertEquals(status, 0, stderr);
    assertStringIncludes(stdout, this.image.id);
    return stderr;
  }

  /** The failure with these settings. */
  async fails(
    env: Readonly<Record<string, string>> = {},
    ...flags: readonly string[]
  ): Promise<Failure> {
    const failure = failureOf(await this.#show(env, flags));
    assertEquals(failure.hints.length, 1, JSON.stringify(failure));
    return failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const headers = { "x-auth-token": (await logIn("nova")).id };
    await call("DELETE", `${ENDPOINTS.glance}/v2/images/${this.image.id}`, { headers });
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** An image without data that only the account's project may see. */
async function privateImage(account: Account): Promise<{ id: string; name: string }> {
  const headers = { "x-auth-token": (await logIn(account)).id };
  const name = `private:${crypto.randomUUID()}`;
  const json = { name, disk_format: "raw", container_format: "bare", visibility: "private" };
  const { body } = await call("POST", `${ENDPOINTS.glance}/v2/images`, { headers, json });
  return { id: JSON.parse(body).id, name };
}

/** `OS_*` settings of an account. */
function osSettings(account: Account): Record<string, string> {
  const { password, project } = ACCOUNTS[account];
  return {
    OS_AUTH_URL: AUTH_URL,
    OS_USERNAME: account,
    OS_PASSWORD: password,
    OS_PROJECT_NAME: project,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  };
}

const NOVA_CONF: Readonly<Record<string, string>> = {
  "[keystone_authtoken]": `[keystone_authtoken]\n${passwordOptions("nova")}`,
  "[service_user] with its token beside the user's":
    `[service_user]\nsend_service_user_token = true\n${passwordOptions("nova")}`,
  "[service_user]auth_section": `[service_user]\nauth_section = shared\n[shared]\n${
    passwordOptions("nova")
  }`,
};

for (const [name, conf] of Object.entries(NOVA_CONF)) {
  Deno.test(`identity: nova.conf, ${name}`, async () => {
    await using workspace = await Workspace.make({ "nova.conf": conf });
    await workspace.sees();
  });
}

Deno.test("identity: OS_* by names, and flags that win over them", async () => {
  await using workspace = await Workspace.make();
  const log = await workspace.sees(osSettings("nova"));
  assertMatch(log, /X-Auth-Token: \{SHA256\}[0-9a-f]{64}/i);
  const demo = osSettings("demo");
  assertEquals((await workspace.fails(demo)).code, "not_found", "another project sees nothing");
  await workspace.sees(demo, "--os-username", "nova", "--os-project-name", "service");
});

Deno.test("identity: OS_* by ids, and an unversioned auth_url", async () => {
  await using workspace = await Workspace.make();
  const { projectId, userId } = await logIn("nova");
  await workspace.sees({
    OS_AUTH_URL: AUTH_URL.replace("/v3", ""),
    OS_USER_ID: userId,
    OS_PASSWORD: ACCOUNTS.nova.password,
    OS_PROJECT_ID: projectId,
  });
});

Deno.test("identity: an unchanged token, with the catalog or with an endpoint", async () => {
  await using workspace = await Workspace.make();
  const { id } = await logIn("nova");
  await workspace.sees({ OS_TOKEN: id, OS_AUTH_URL: AUTH_URL });
  await workspace.sees({ OS_TOKEN: id, OS_IMAGE_ENDPOINT_OVERRIDE: `${ENDPOINTS.glance}/v2/` });
});

Deno.test("identity: an unscoped token, re-scoped", async () => {
  await using workspace = await Workspace.make();
  const { id } = await logIn("nova", { scoped: false });
  await workspace.sees({
    OS_AUTH_TYPE: "v3token",
    OS_TOKEN: id,
    OS_AUTH_URL: AUTH_URL,
    OS_PROJECT_NAME: "service",
    OS_PROJECT_DOMAIN_ID: "default",
  });
});

Deno.test("identity: clouds.yaml with secure.yaml, by flag and by variable", async () => {
  await using workspace = await Workspace.make({
    "clouds.yaml": `clouds:
  lab:
    auth: {auth_url: "${AUTH_URL}", username: nova, project_name: service, domain_name: Default}
    region_name: RegionOne
`,
    "secure.yaml": `clouds: {lab: {auth: {password: ${ACCOUNTS.nova.password}}}}\n`,
  });
  await workspace.sees({}, "--os-cloud", "lab");
  await workspace.sees({ OS_CLOUD: "lab" });
});

Deno.test("identity: an application credential, from every place and by id and name", async () => {
  await using credential = await applicationCredential("nova");
  const { id, name, secret } = credential;
  const byId = { application_credential_id: id, application_credential_secret: secret };
  const auth = { auth_url: AUTH_URL, ...byId };
  const group = Object.entries({ auth_type: "v3applicationcredential", ...auth });
  await using workspace = await Workspace.make({
    "nova.conf": `[service_user]\n${group.map((pair) => pair.join(" = ")).join("\n")}\n`,
    "clouds.yaml": JSON.stringify({
      clouds: { lab: { auth_type: "v3applicationcredential", auth } },
    }),
  });
  workspace.keepSecret(secret);
  await workspace.sees();
  await workspace.sees({ OS_CLOUD: "lab" });
  await workspace.sees({
    OS_AUTH_TYPE: "v3applicationcredential",
    OS_AUTH_URL: AUTH_URL,
    OS_APPLICATION_CREDENTIAL_NAME: name,
    OS_APPLICATION_CREDENTIAL_SECRET: secret,
    OS_USERNAME: "nova",
    OS_USER_DOMAIN_NAME: "Default",
  });
});

/** A client of the lab's Glance, with these settings. */
async function connected(os: Readonly<Record<string, string>>) {
  const context = { ...systemContext(), env: { get: () => undefined, names: () => [] } };
  const globals = { configSources: [], overrides: {} };
  const options = { config: loadConfig({ ...context, globals }), os };
  const stack = new DisposableStack();
  const opened = stack.use(await openSession(context, options, NEVER));
  return { stack, session: opened.session, options, context, opened };
}

Deno.test("identity: a trust gives the trustor's project", async () => {
  const { OS_PROJECT_NAME: _, OS_PROJECT_DOMAIN_NAME: __, ...os } = osSettings("nova");
  const { session, stack } = await connected({ ...os, OS_TRUST_ID: await trust("demo", "nova") });
  using _stack = stack;
  assertEquals(await session.roles(NEVER).then((roles) => roles.includes("admin")), false);
  assertEquals(await session.roles(NEVER).then((roles) => roles.includes("member")), true);
});

Deno.test("identity: the system's scope", async () => {
  const { OS_PROJECT_NAME: _, OS_PROJECT_DOMAIN_NAME: __, ...os } = osSettings("admin");
  const { session, stack } = await connected({ ...os, OS_SYSTEM_SCOPE: "all" });
  using _stack = stack;
  assert((await session.roles(NEVER)).includes("admin"));
});

Deno.test("identity: a token that is revoked during the transfer is replaced", async () => {
  const { context, opened, options, session, stack } = await connected(osSettings("nova"));
  using _stack = stack;
  const access = await findGlance(context, options, opened, NEVER);
  using client = openGlance(context, access, opened.session);
  // Glance believes for minutes in a token that it has seen once, so it must not see this one before.
  const { "x-auth-token": before = "" } = await session.headers(NEVER);
  await revoke(before);
  await Array.fromAsync(client.list({ name: ["eq:none"] }, NEVER));
  const { "x-auth-token": after } = await session.headers(NEVER);
  assertEquals(after === before, false);
});

Deno.test("identity: a private authority and a client certificate, at Keystone and at Glance", async () => {
  await using workspace = await Workspace.make({
    "ca.pem": AUTHORITY,
    "server.pem": SERVER.cert + SERVER.key,
    "client.pem": CLIENT.cert,
    "client.key": CLIENT.key,
  });
  const at = (name: string) => `${workspace.directory}/${name}`;
  await using keystone = await tlsFront(at("server.pem"), at("ca.pem"), AUTH_URL);
  await using glance = await tlsFront(at("server.pem"), at("ca.pem"), ENDPOINTS.glance);
  const os = {
    ...osSettings("nova"),
    OS_AUTH_URL: `${keystone.url}/v3`,
    OS_IMAGE_ENDPOINT_OVERRIDE: glance.url,
  };
  const ca = { OS_CACERT: at("ca.pem") };
  const pair = { OS_CERT: at("client.pem"), OS_KEY: at("client.key") };
  await workspace.sees({ ...os, ...ca, ...pair });
  const tls = `cafile = ca.pem\ncertfile = client.pem\nkeyfile = client.key\n`;
  const group = passwordOptions("nova").replace(AUTH_URL, keystone.url);
  await Deno.writeTextFile(
    at("nova.conf"),
    `[glance]\nendpoint_override = ${glance.url}\n${tls}[keystone_authtoken]\n${group}${tls}`,
  );
  await workspace.sees();
  await Deno.writeTextFile(at("nova.conf"), "[glance]\nnum_retries = 0\n");
  const unknown = await workspace.fails({ ...os, ...pair });
  assertEquals([unknown.code, unknown.exit_status], ["authority_unknown", 69], unknown.message);
  assertStringIncludes(unknown.message, "signed by an unknown authority");
  const nobody = await workspace.fails({ ...os, ...ca });
  assertEquals([nobody.code, nobody.exit_status], ["keystone_unreachable", 69]);
  assertStringIncludes(nobody.message, "may require a client certificate");
  const log = await workspace.sees({ ...os, ...pair }, "--insecure");
  assertStringIncludes(log, "Keystone's certificate is not verified");
  assertStringIncludes(log, "Glance's certificate is not verified");
});

Deno.test("identity: a wrong password, an unknown project, an invalid token", async () => {
  await using workspace = await Workspace.make({ "nova.conf": "[glance]\nnum_retries = 0\n" });
  workspace.keepSecret("falsches-wort");
  const os = osSettings("nova");
  const password = await workspace.fails({ ...os, OS_PASSWORD: "falsches-wort" });
  assertEquals([password.code, password.exit_status], ["authentication_failed", 77]);
  assertMatch(password.message, /user 'nova' \(OS_\* settings\).*\(req-[0-9a-f-]+\)/);
  const project = await workspace.fails({ ...os, OS_PROJECT_NAME: "none" });
  assertEquals(project.code, "authentication_failed");
  const { id } = await logIn("nova");
  await revoke(id);
  const expired = await workspace.fails({ OS_TOKEN: id, OS_AUTH_URL: AUTH_URL });
  assertEquals([expired.code, expired.exit_status], ["unauthorized", 77]);
  const endpoint = { OS_IMAGE_ENDPOINT_OVERRIDE: ENDPOINTS.glance };
  assertEquals((await workspace.fails({ OS_TOKEN: id, ...endpoint })).code, "unauthorized");
  assertEquals((await workspace.fails(endpoint)).code, "unauthorized", "no credentials at all");
});

Deno.test("identity: a Keystone that does not exist, or is another service", async () => {
  await using workspace = await Workspace.make({ "nova.conf": "[glance]\nnum_retries = 0\n" });
  const os = osSettings("nova");
  const at = async (url: string) => (await workspace.fails({ ...os, OS_AUTH_URL: url })).code;
  assertEquals(await at("http://127.0.0.1:9/v3"), "keystone_unreachable");
  // Too long for a label: refused without a question to a name server, which may be silent here.
  assertEquals(await at(`http://${"k".repeat(64)}:5000/v3`), "keystone_unreachable");
  assertEquals(await at(`${AUTH_URL}/nothing`), "source_unavailable");
  // Not Keystone itself: uwsgi waits for the rest of what it takes for a request.
  await using plain = Deno.serve(LOOPBACK, () => new Response());
  assertEquals(await at(`https://127.0.0.1:${plain.addr.port}/v3`), "keystone_unreachable");
  assertEquals(await at("keystone"), "config_invalid");
});

Deno.test("identity: files and settings that cannot be used", async () => {
  await using workspace = await Workspace.make({
    "clouds.yaml": "clouds:\n  lab: {auth: {password: falsches-wort\n",
  });
  workspace.keepSecret("falsches-wort");
  const malformed = await workspace.fails({ OS_CLOUD: "lab" });
  assertEquals([malformed.code, malformed.exit_status], ["config_invalid", 78]);
  assertStringIncludes(malformed.message, "clouds.yaml:");
  await Deno.writeTextFile(`${workspace.directory}/clouds.yaml`, "clouds: {lab: {}}\n");
  const unknown = await workspace.fails({ OS_CLOUD: "x" });
  assertEquals([unknown.code, unknown.exit_status], ["cloud_not_found", 78]);
  assertStringIncludes(unknown.message, "has 'lab'");
  const region = { ...osSettings("nova"), OS_REGION_NAME: "Elsewhere" };
  const missing = await workspace.fails(region);
  assertEquals([missing.code, missing.exit_status], ["endpoint_not_found", 69]);
  assertStringIncludes(missing.message, "public in 'RegionOne'");
});
