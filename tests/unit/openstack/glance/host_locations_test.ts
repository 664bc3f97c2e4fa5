/**
 * The user's token decides who may see an image, the host's own credentials find its location: with
 * `show_image_direct_url` off, nova's own account reads the location that a user's token cannot.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { dense } from "@lab/embedded/content.ts";
import type { HttpFault } from "@lab/embedded/fault.ts";
import { EmbeddedGlance } from "@lab/embedded/glance.ts";
import { EmbeddedKeystone } from "@lab/embedded/keystone.ts";
import { Tokens } from "@lab/embedded/tokens.ts";
import { findGlance } from "@/openstack/glance/connect.ts";
import { hostLocations } from "@/openstack/glance/host_locations.ts";
import { parseImageRecord } from "@/openstack/glance/image.ts";
import { openGlance } from "@/openstack/glance/open.ts";
import { openSession } from "@/openstack/keystone/open_session.ts";
import { configOf, world } from "../../../doubles/world.ts";

const NEVER = new AbortController().signal;
const ID = "11111111-0000-4000-8000-000000000001";
const RBD = "rbd://fsid/images/x/snap";
const CONTENT = dense(new Uint8Array(4));
const NOVA = { name: "nova", password: "geheim", project: "service", roles: ["service"] };

interface Setting {
  readonly roles?: readonly string[];
  readonly showDirectUrl?: boolean;
  readonly password?: string;
  readonly group?: string;
  readonly endpoint?: (own: string) => string;
  readonly env?: Readonly<Record<string, string>>;
  readonly os?: Readonly<Record<string, string>>;
}

/** What nova's hook finds with a user's token, and what was asked of Glance and Keystone. */
async function locate(setting: Setting) {
  const { roles = ["service"], showDirectUrl = false, group = "keystone_authtoken" } = setting;
  const tokens = new Tokens();
  await using glance = new EmbeddedGlance({ tokens, locationsApi: true, showDirectUrl });
  const users = [{ ...NOVA, roles }];
  await using keystone = new EmbeddedKeystone({ tokens, users, catalog: { image: glance.url } });
  glance.add({ id: ID, url: RBD, content: CONTENT });
  const context = world({ env: setting.env ?? {} });
  const config = configOf(
    group === "" ? "" : `[${group}]
auth_url = ${keystone.url}
username = nova
password = ${setting.password ?? NOVA.password}
project_name = service
[glance]
num_retries = 0
`,
  );
  const token = tokens.issue("member");
  const endpoint = setting.endpoint?.(glance.url) ?? glance.url;
  const caller = { token, serviceToken: null, endpoint, requestId: null };
  const options = { config, os: setting.os ?? {}, caller };
  using opened = await openSession(context, options, NEVER);
  using locator = hostLocations(context, options, NEVER);
  const access = await findGlance(context, options, opened, NEVER);
  using client = openGlance(context, access, opened.session, locator);
  const record = await client.show(ID, NEVER);
  const asked = glance.server.requests.length;
  const found = await client.locations(record, NEVER);
  return {
    urls: found.map(({ url }) => url),
    user: token,
    asked: glance.server.requests.slice(asked),
    keystone: keystone.server.requests.length,
    warnings: context.logged.filter((line) => line.startsWith("warning")),
  };
}

for (const group of ["service_user", "keystone_authtoken"]) {
  Deno.test(`hostLocations asks with the credentials of [${group}]`, async () => {
    const { asked, urls, user, warnings } = await locate({ group });
    assertEquals([urls, warnings], [[RBD], []]);
    assertEquals(asked.map(({ path }) => path), [`/v2/images/${ID}/locations`]);
    assertEquals(asked.some(({ headers }) => headers.get("x-auth-token") === user), false);
  });
}

Deno.test("hostLocations sends no request if the record has the location", async () => {
  const { asked, keystone, urls } = await locate({ showDirectUrl: true });
  assertEquals([urls, asked.length, keystone], [[RBD], 0, 0]);
});

Deno.test("hostLocations sends the host's token to the host's own Glance, not to a request's", async () => {
  await using strange = new EmbeddedGlance({});
  strange.add({ id: ID, content: CONTENT });
  const { asked, urls } = await locate({ endpoint: () => strange.url });
  assertEquals([urls, asked.length], [[RBD], 1]);
  const sent = strange.server.requests.map(({ headers }) => headers.get("x-auth-token"));
  assertEquals(new Set(sent).size, 1, "the user's alone");
});

const OF_ANOTHER_CLOUD = {
  OS_IMAGE_ENDPOINT_OVERRIDE: "http://127.0.0.1:1",
  OS_REGION_NAME: "far",
};

for (const place of ["env", "os"] as const) {
  Deno.test(`hostLocations uses nova.conf, not settings that name another cloud: ${place}`, async () => {
    const { asked, urls, warnings } = await locate({ [place]: OF_ANOTHER_CLOUD });
    assertEquals([urls, asked.length, warnings], [[RBD], 1, []]);
  });
}

/** What the host finds of two images, one after the other, and how often Keystone was asked. */
async function locateTwice(fault: HttpFault) {
  const tokens = new Tokens();
  await using glance = new EmbeddedGlance({ tokens, locationsApi: true, showDirectUrl: false });
  const catalog = { image: glance.url };
  await using keystone = new EmbeddedKeystone({ tokens, users: [NOVA], catalog });
  const record = parseImageRecord({ id: ID, status: "active" });
  glance.add({ id: ID, url: RBD, content: CONTENT });
  keystone.server.setFault("/v3/auth/tokens", fault);
  const config = configOf(`[service_user]
auth_url = ${keystone.url}
username = nova
password = ${NOVA.password}
project_name = service
[glance]
num_retries = 0
`);
  using locator = hostLocations(world(), { config }, NEVER);
  const found = [await locator.find(record, NEVER), await locator.find(record, NEVER)];
  return { urls: found.map(([first]) => first?.url), asked: keystone.server.requests.length };
}

Deno.test("hostLocations asks again for the next image after a failure that passes", async () => {
  const { asked, urls } = await locateTwice({ kind: "status", status: 503, times: 1 });
  assertEquals([urls, asked], [[undefined, RBD], 2]);
});

Deno.test("hostLocations does not repeat a refused password: Keystone may lock the account", async () => {
  const { asked, urls } = await locateTwice({ kind: "status", status: 401 });
  assertEquals([urls, asked], [[undefined, undefined], 1]);
});

for (
  const [name, setting, words] of [
    ["an account without the role", { roles: ["member"] }, "the role 'service'"],
    ["no credentials", { group: "" }, "the role 'service'"],
    [
      "credentials that Keystone refuses",
      { password: "wrong" },
      "as this host: Cannot get a token",
    ],
  ] as const
) {
  Deno.test(`hostLocations: ${name} is reported, and affects only the direct path`, async () => {
    const { urls, warnings } = await locate(setting);
    assertEquals(urls, []);
    assertStringIncludes(warnings.join("\n"), words);
    assertStringIncludes(warnings.at(-1) ?? "", `no location of image '${ID}'`);
    assertEquals(warnings.join().includes("wrong"), false);
  });
}
