/**
 * The manners of OpenStack's clients: the same server and the same settings for keystoneauth and for
 * this program, and the same outcome, unless the test says why not.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { messageOf, ToolError } from "@/errors.ts";
import { findGlance } from "@/openstack/glance/connect.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import { chooseAccount } from "@/openstack/keystone/credentials.ts";
import { openSession } from "@/openstack/keystone/open_session.ts";
import { PROVES_KEYS } from "@/system/unverified_socket.ts";
import {
  AUTHORITY,
  AUTHORITY_2,
  COMMON_NAME,
  EXPIRED,
  OTHER_NAME,
  type Pair,
  SELF_SIGNED,
  SERVER,
  VERSION_1,
} from "../doubles/certificates.ts";
import { configOf, world } from "../doubles/world.ts";
import { type Answered, type Asked, MannersServer } from "./manners_server.ts";
import { peerTest, peerVersion, runPython } from "./peer.ts";

const NEVER = new AbortController().signal;
const PEERS = { modules: ["keystoneauth1", "openstack", "requests"] };
const ID = "11111111-0000-4000-8000-000000000001";
const RECORD = JSON.stringify({ id: ID, name: "ubuntu", status: "active" });
const PROJECT = { project_name: "p", project_domain_name: "Default" };
const USER = { username: "nova", password: "pw", user_domain_name: "Default" };

/** How a client ended: what it got, or the error. */
interface Outcome {
  readonly token?: string;
  readonly name?: string;
  readonly error?: string;
  readonly message?: string;
  readonly methods?: readonly (readonly string[])[] | null;
}

/** What both clients are given. */
interface Setting {
  /** keystoneauth's plugin. @default {"v3password"} */
  readonly plugin?: string;
  /** Its options. @default those of a user in a project */
  readonly auth?: Readonly<Record<string, string>>;
  /** PEM of `cafile`. */
  readonly cafile?: string;
  /** The server's certificate. */
  readonly pair?: Pair;
  /** Answers that are not the usual ones. */
  readonly answer?: (asked: Asked, url: string) => Answered | undefined;
}

/** The usual answers: a token with a catalog, and one record. */
function usual({ line }: Asked, url: string): Answered {
  if (line.endsWith(`/v2/images/${ID}`)) return { status: 200, body: RECORD };
  if (!line.startsWith("POST /v3/auth/tokens")) return { status: 404 };
  const endpoint = { id: "e", interface: "public", region: "R", region_id: "R", url };
  const catalog = [{ id: "s", type: "image", name: "glance", endpoints: [endpoint] }];
  const times = { issued_at: "2026-01-01T00:00:00Z", expires_at: "2100-01-01T00:00:00Z" };
  const token = { methods: ["password"], ...times, user: { id: "u" }, roles: [], catalog };
  return { status: 201, fields: [["X-Subject-Token", "t"]], body: JSON.stringify({ token }) };
}

/** Both clients, each with a server of its own: outcomes, and what the servers were asked. */
async function both(setting: Setting) {
  const { pair, answer } = setting;
  const answerOf = (asked: Asked, url: string) => answer?.(asked, url) ?? usual(asked, url);
  await using theirServer = await MannersServer.start(answerOf, pair);
  await using ourServer = await MannersServer.start(answerOf, pair);
  const [theirs, ours] = [
    await askPeer(setting, theirServer.url),
    await ask(setting, ourServer.url),
  ];
  return { theirs, ours, theirAsked: theirServer.asked, ourAsked: ourServer.asked };
}

const authOf = ({ auth = { ...USER, ...PROJECT } }: Setting, url: string) => ({
  auth_url: `${url}/v3`,
  ...auth,
});

async function askPeer(setting: Setting, url: string): Promise<Outcome> {
  const { cafile, plugin = "v3password" } = setting;
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, cafile ?? "");
    const trusted = cafile === undefined ? {} : { cafile: path };
    const asking = { plugin, auth: authOf(setting, url), path: `/v2/images/${ID}`, ...trusted };
    return await runPython("manners_peer.py", JSON.stringify(asking)) as Outcome;
  } finally {
    await Deno.remove(path);
  }
}

async function ask(setting: Setting, url: string): Promise<Outcome> {
  const { cafile, plugin = "v3password" } = setting;
  const auth = { ...authOf(setting, url), auth_type: plugin };
  const lines = Object.entries(auth).map(([name, value]) => `${name} = ${value}\n`).join("");
  const trusted = cafile === undefined ? "" : "cafile = /ca.pem\n";
  const conf = `[service_user]\n${lines}${trusted}[glance]\nnum_retries = 0\n${trusted}`;
  const context = world({ files: { "/ca.pem": cafile ?? "" } });
  const options = { config: configOf(conf), os: {} };
  try {
    using opened = await openSession(context, options, NEVER);
    const { "x-auth-token": token = "" } = await opened.session.headers(NEVER);
    const access = await findGlance(context, options, opened, NEVER);
    using client = openGlance(context, access, opened.session);
    return { token, name: (await client.show(ID, NEVER)).name ?? "" };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { error: error.code, message: messageOf(error) };
  }
}

const isGood = ({ error }: Outcome) => error === undefined;
const lines = (asked: readonly Asked[]) => asked.map(({ line }) => line);

/** Tests that both end alike, and asked the same. */
function alike(what: string, setting: Setting, expected: "both succeed" | "both fail"): void {
  peerTest(`manners: ${what}: ${expected}`, PEERS, async () => {
    const { theirs, ours, theirAsked, ourAsked } = await both(setting);
    const said = JSON.stringify({ theirs, ours });
    const isExpected = expected === "both succeed";
    assertEquals([isGood(theirs), isGood(ours)], [isExpected, isExpected], said);
    if (isExpected) assertEquals(ours, theirs);
    assertEquals(lines(ourAsked), lines(theirAsked));
    assertEquals(ourAsked.map(({ json }) => json), theirAsked.map(({ json }) => json));
    // keystoneauth sends the older token in the header, too, which the Identity API does not need.
    const tokens = (all: readonly Asked[]) =>
      all.filter(({ json }) => json === null).map(({ token }) => token);
    assertEquals(tokens(ourAsked), tokens(theirAsked));
  });
}

const SCOPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "a project by name": PROJECT,
  "a project by id": { project_id: "i" },
  "a domain by name": { domain_name: "d" },
  "a domain by id": { domain_id: "d" },
  "a trust": { trust_id: "t" },
  "the system": { system_scope: "all" },
  "nothing": {},
};
for (const [what, scope] of Object.entries(SCOPES)) {
  alike(`a token for ${what}`, { auth: { ...USER, ...scope } }, "both succeed");
}
alike(
  "a user by id",
  { auth: { user_id: "u", password: "pw", ...PROJECT } },
  "both succeed",
);
const CREDENTIAL = { application_credential_id: "a", application_credential_secret: "s" };
const plugin = "v3applicationcredential";
alike("an application credential", { plugin, auth: CREDENTIAL }, "both succeed");
alike("another token", { plugin: "v3token", auth: { token: "old", ...PROJECT } }, "both succeed");
for (const other of ["a domain by id", "a trust"]) {
  const auth = { ...USER, ...PROJECT, ...SCOPES[other] };
  alike(`a token for a project and ${other}`, { auth }, "both fail");
}

// keystoneauth 5.0 takes the project silently; 5.10 refuses, as this program does. The user who wrote
// both wants to know which one counts.
peerTest(
  "manners: a token for a project and the system is refused, by keystoneauth from 5.10 at the latest",
  PEERS,
  async () => {
    const auth = { ...USER, ...PROJECT, ...SCOPES["the system"] };
    const { theirs, ours, theirAsked } = await both({ auth });
    if (await peerVersion("keystoneauth1") >= 5.1) {
      assertEquals([theirs.error, theirAsked], ["AuthorizationFailure", []]);
    } else {
      const { auth: sent } = theirAsked[0]?.json as { auth: { scope: object } };
      assertEquals([theirs.token, Object.keys(sent.scope)], ["t", ["project"]]);
    }
    assertEquals(ours.error, "config_invalid");
    assertStringIncludes(ours.message ?? "", "a project and the system (system_scope)");
  },
);

/** Redirects requests for a path. */
function redirecting(status: number, path: string, target: string) {
  return ({ line }: Asked, url: string): Answered | undefined =>
    line.endsWith(` ${path}`)
      ? { status, fields: [["Location", new URL(target, url).href]] }
      : undefined;
}

for (const status of [301, 302, 303, 305, 307, 308]) {
  const answer = redirecting(status, "/v3/auth/tokens", "/v3/auth/tokens?there");
  alike(`${status} for a token, within the origin`, { answer }, "both succeed");
  const record = redirecting(status, `/v2/images/${ID}`, `/there/v2/images/${ID}`);
  alike(`${status} for a record, within the origin`, { answer: record }, "both succeed");
}

alike("a redirect without a target", { answer: () => ({ status: 302 }) }, "both fail");

peerTest("manners: redirects without an end: both fail after thirty", PEERS, async () => {
  const answer = redirecting(302, "/v3/auth/tokens", "/v3/auth/tokens");
  const { theirs, ours, theirAsked, ourAsked } = await both({ answer });
  assertEquals([isGood(theirs), isGood(ours)], [false, false]);
  assertEquals([theirAsked.length, ourAsked.length], [31, 31]);
});

// A location may be relative since RFC 7231; keystoneauth takes it for a URL.
peerTest("manners: a redirect to a relative location is followed by us alone", PEERS, async () => {
  const fields = [["Location", "/v3/auth/tokens?there"]] as const;
  const answer = ({ line }: Asked) => line.endsWith("tokens") ? { status: 302, fields } : undefined;
  const { theirs, ours } = await both({ answer });
  assertStringIncludes(theirs.message ?? "", "No scheme supplied");
  assertEquals(ours.name, "ubuntu");
});

// keystoneauth sends the token wherever a redirect leads. Whoever can answer for Glance once, e.g. by
// http, would get it.
peerTest(
  "manners: a redirect to another origin is followed by keystoneauth alone",
  PEERS,
  async () => {
    await using elsewhere = await MannersServer.start(usual);
    const answer = redirecting(302, `/v2/images/${ID}`, `${elsewhere.url}/v2/images/${ID}`);
    const { theirs, ours } = await both({ answer });
    assertEquals(theirs.name, "ubuntu");
    assertEquals(elsewhere.asked.map(({ token }) => token), ["t"], "theirs, and not ours");
    assertStringIncludes(ours.message ?? "", "a token is not sent to another origin");
  },
);

const twice = (name: string, value: string) => [[name, value], [name, value]] as const;

alike("the length of a record twice", {
  answer: ({ line }) =>
    line.includes("/v2/")
      ? { status: 200, fields: twice("Content-Length", `${RECORD.length}`), body: RECORD }
      : undefined,
}, "both succeed");

alike("two lengths of a record", {
  answer: ({ line }) =>
    line.includes("/v2/")
      ? {
        status: 200,
        fields: [["Content-Length", `${RECORD.length}`], ["Content-Length", "3"]],
        body: RECORD,
      }
      : undefined,
}, "both fail");

// requests joins equal fields with a comma. A service would refuse that as a token.
peerTest(
  "manners: a token that is sent twice is one for us, and 't, t' for keystoneauth",
  PEERS,
  async () => {
    const answer = (asked: Asked, url: string) => {
      const one = usual(asked, url);
      return one.status === 201 ? { ...one, fields: twice("X-Subject-Token", "t") } : one;
    };
    const { theirs, ours } = await both({ answer });
    assertEquals([theirs.token, ours.token], ["t, t", "t"]);
  },
);

for (const status of [200, 201, 202, 203]) {
  const answer = (asked: Asked, url: string) => ({ ...usual(asked, url), status });
  alike(`a token and a record by ${status}`, { answer }, "both succeed");
}
for (const status of [300, 400, 401, 403, 404, 500]) {
  alike(`a token by ${status}`, { answer: () => ({ status, body: "{}" }) }, "both fail");
}

peerTest(
  "manners: a receipt for the first of several factors: both name the others",
  PEERS,
  async () => {
    const rules = [["password", "totp"], ["password", "x509"]];
    const body = JSON.stringify({
      receipt: {
        methods: ["password"],
        user: { id: "u" },
        issued_at: "2026-01-01T00:00:00Z",
        expires_at: "2100-01-01T00:00:00Z",
      },
      required_auth_methods: rules,
    });
    const fields = [["Openstack-Auth-Receipt", "r"]] as const;
    const { theirs, ours } = await both({ answer: () => ({ status: 401, fields, body }) });
    assertEquals([theirs.error, theirs.methods], ["MissingAuthMethods", rules]);
    assertEquals(ours.error, "authentication_failed");
    for (const method of rules.flat()) assertStringIncludes(ours.message ?? "", method);
  },
);

alike("the authority of cafile", { pair: SERVER, cafile: AUTHORITY }, "both succeed");
alike("cafile with another authority", { pair: SERVER, cafile: AUTHORITY_2 }, "both fail");
alike("an authority that the host does not know", { pair: SERVER }, "both fail");
alike("a certificate for another name", { pair: OTHER_NAME, cafile: AUTHORITY }, "both fail");
alike("a certificate that has expired", { pair: EXPIRED, cafile: AUTHORITY }, "both fail");
alike("another's self-signed one", { pair: SELF_SIGNED, cafile: COMMON_NAME.cert }, "both fail");

// A runtime that does not prove the server's key leaves pinned certificates to be explained.
const pinned = PROVES_KEYS ? "both succeed" : "both fail";
if (PROVES_KEYS) {
  alike(
    "a pinned self-signed certificate",
    { pair: SELF_SIGNED, cafile: SELF_SIGNED.cert },
    pinned,
  );
}

/** urllib3 2 takes no common name for a host name any more. */
async function takesCommonNames(): Promise<boolean> {
  return await peerVersion("urllib3") < 2;
}

for (
  const [what, pair, cafile] of [
    ["a common name alone", COMMON_NAME, COMMON_NAME.cert],
    ["version 1", VERSION_1, VERSION_1.cert],
  ] as const
) {
  peerTest(`manners: a pinned certificate of ${what} is good for us`, PEERS, async () => {
    const { theirs, ours } = await both({ pair, cafile });
    assertEquals(isGood(ours), PROVES_KEYS, JSON.stringify(ours));
    // Python's OpenSSL ends a chain at a certificate that is not self-signed since Python 3.13 only.
    if (pair === COMMON_NAME) assertEquals(isGood(theirs), await takesCommonNames());
  });
}

// rustls has no certificates of version 1; OpenSSL has. The message tells what is wrong with it.
peerTest(
  "manners: one of version 1 of the cafile's authority is refused by us, with the reason",
  PEERS,
  async () => {
    const { theirs, ours } = await both({ pair: VERSION_1, cafile: AUTHORITY_2 });
    assertEquals(isGood(theirs), await takesCommonNames(), JSON.stringify(theirs));
    assertStringIncludes(ours.message ?? "", "X.509 version 1");
  },
);

peerTest("manners: OS_CLOUD=envvars is the OS_* variables, for both", PEERS, async () => {
  const env = {
    OS_AUTH_URL: "http://k/v3",
    OS_USERNAME: "nova",
    OS_PASSWORD: "pw",
    OS_PROJECT_NAME: "p",
    OS_CLOUD: "envvars",
  };
  const asked = JSON.stringify({ cloud: "envvars", env });
  const { auth } = await runPython("manners_peer.py", asked) as { auth: Record<string, string> };
  const account = await chooseAccount(world({ env }), { config: configOf(""), os: {} });
  const ours: Readonly<Record<string, unknown>> = { ...account.auth };
  assert(Object.keys(auth).length >= 4, JSON.stringify(auth));
  for (const [name, value] of Object.entries(auth)) assertEquals(ours[name], value, name);
});
