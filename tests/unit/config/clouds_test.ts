/**
 * Where a cloud is found, and which settings override which.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Cloud, loadCloud } from "@/config/clouds.ts";
import { ToolError } from "@/errors.ts";
import { world, type WorldOptions } from "../../doubles/world.ts";

const HOME = { HOME: "/home/op" };

function clouds(...names: readonly string[]): string {
  return `clouds:\n${names.map((name) => `  ${name}: {mark: ${name}}\n`).join("")}`;
}

async function load(options: WorldOptions, name = "a", region?: string): Promise<Cloud> {
  return await loadCloud(world({ env: HOME, ...options }), name, region);
}

async function failure(options: WorldOptions, name = "a", region?: string): Promise<ToolError> {
  const error = await assertRejects(() => load(options, name, region), ToolError);
  const isUnknown = error.message.startsWith("Cannot find cloud ");
  const code = isUnknown ? "cloud_not_found" : "config_invalid";
  assertEquals([error.code, error.exitStatus, error.hints.length], [code, 78, 1]);
  return error;
}

const PLACES = [
  "./clouds.yaml",
  "./clouds.yml",
  "./clouds.json",
  "/xdg/openstack/clouds.yaml",
  "/home/op/.config/openstack/clouds.yaml",
  "/home/op/.config/openstack/clouds.json",
  "/etc/xdg/openstack/clouds.yaml",
  "/etc/openstack/clouds.yaml",
  "/etc/openstack/clouds.yml",
];

Deno.test("loadCloud reads the first file in openstacksdk's order, and only that", async () => {
  const env = { ...HOME, XDG_CONFIG_HOME: "/xdg" };
  for (const [index, path] of PLACES.entries()) {
    const text = '{"clouds": {"a": {}}}';
    const files = Object.fromEntries(PLACES.slice(index).map((place) => [place, text]));
    assertEquals((await load({ files, env })).origin, `cloud 'a' in ${path}`);
  }
  const files = { "./clouds.yaml": clouds("b"), "/etc/openstack/clouds.yaml": clouds("a") };
  assertStringIncludes((await failure({ files })).message, "'./clouds.yaml' has 'b'");
});

Deno.test("loadCloud distinguishes a cloud that is empty from one that is not there", async () => {
  for (const text of ["clouds: {a: }", "clouds: {a: true}"]) {
    assertEquals(
      (await failure({ files: { "./clouds.yaml": text } })).message,
      "Cannot use cloud 'a' in ./clouds.yaml: it is not a mapping",
    );
  }
});

Deno.test("loadCloud reads the file that OS_CLIENT_CONFIG_FILE names", async () => {
  const files = { "/my.yaml": clouds("a"), "./clouds.yaml": clouds("a") };
  const env = { ...HOME, OS_CLIENT_CONFIG_FILE: "/my.yaml" };
  assertEquals((await load({ files, env })).origin, "cloud 'a' in /my.yaml");
});

Deno.test("loadCloud does not pass over a file that OS_CLIENT_CONFIG_FILE names wrongly", async () => {
  const env = { ...HOME, OS_CLIENT_CONFIG_FILE: "/none.yaml" };
  const error = await failure({ files: { "./clouds.yaml": clouds("a") }, env });
  assertStringIncludes(error.message, "Cannot read '/none.yaml' (OS_CLIENT_CONFIG_FILE)");
});

Deno.test("loadCloud passes over a file that may not be read, and says so", async () => {
  const context = world({
    env: HOME,
    files: { "./clouds.yaml": null, "/etc/openstack/clouds.yaml": clouds("a") },
  });
  const { origin } = await loadCloud(context, "a", undefined);
  assertEquals(origin, "cloud 'a' in /etc/openstack/clouds.yaml");
  assertEquals(context.logged, [
    "warning: Cannot read './clouds.yaml': denied; trying the next place",
  ]);
});

Deno.test("loadCloud lays secure.yaml over clouds.yaml, wherever it is", async () => {
  const files = {
    "./clouds.yaml": "clouds: {a: {auth: {username: u, password: old}}}",
    "/etc/openstack/secure.yaml": "clouds: {a: {auth: {password: geheim}}}",
  };
  const { settings } = await load({ files });
  assertEquals(settings, { auth: { username: "u", password: "geheim" } });
  const env = { ...HOME, OS_CLIENT_SECURE_FILE: "/other.yaml" };
  const other = { ...files, "/other.yaml": "clouds: {a: {auth: {password: other}}}" };
  assertEquals((await load({ files: other, env })).settings, {
    auth: { username: "u", password: "other" },
  });
});

Deno.test("loadCloud finds a cloud that is only in secure.yaml", async () => {
  const { origin } = await load({ files: { "./secure.yaml": clouds("a") } });
  assertEquals(origin, "cloud 'a' in ./secure.yaml");
});

Deno.test("loadCloud lays the cloud over its profile of clouds-public.yaml", async () => {
  const files = {
    "./clouds.yaml": "clouds: {a: {profile: vexx, interface: admin, auth: {username: u}}}",
    "/etc/openstack/clouds-public.yaml":
      "public-clouds: {vexx: {interface: internal, verify: no, auth: {auth_url: http://k}}}",
  };
  assertEquals((await load({ files })).settings, {
    auth: { auth_url: "http://k", username: "u" },
    interface: "admin",
    profile: "vexx",
    verify: "no",
  });
});

Deno.test("loadCloud continues without a profile that it does not find, and says so", async () => {
  const context = world({ files: { "./clouds.yaml": "clouds: {a: {profile: gone}}" } });
  await loadCloud(context, "a", undefined);
  assertEquals(context.logged, [
    "warning: Cannot find profile 'gone' of cloud 'a' in ./clouds.yaml in clouds-public.yaml",
  ]);
});

const REGIONS = "clouds: {a: {interface: public, auth: {username: u}, regions: [north, " +
  "{name: south, values: {interface: internal, auth: {project_name: s}}}]}}";

Deno.test("loadCloud uses the first region, or the requested one with its values", async () => {
  const files = { "./clouds.yaml": REGIONS };
  const first = (await load({ files })).settings;
  assertEquals([first.region_name, first.interface], ["north", "public"]);
  const south = (await load({ files }, "a", "south")).settings;
  assertEquals([south.region_name, south.interface], ["south", "internal"]);
  assertEquals(south.auth, { username: "u", project_name: "s" });
});

Deno.test("loadCloud refuses a region that the cloud does not list", async () => {
  const { message } = await failure({ files: { "./clouds.yaml": REGIONS } }, "a", "west");
  assertStringIncludes(message, "Cannot use region 'west' of cloud 'a'");
  assertStringIncludes(message, "it has 'north', 'south'");
});

Deno.test("loadCloud accepts any region for a cloud that lists none", async () => {
  const files = { "./clouds.yaml": "clouds: {a: {}}" };
  assertEquals((await load({ files }, "a", "west")).settings.region_name, "west");
});

Deno.test("loadCloud reports which clouds there are", async () => {
  const files = { "./clouds.yaml": clouds("x", "y") };
  assertEquals(
    (await failure({ files })).message,
    "Cannot find cloud 'a': './clouds.yaml' has 'x', 'y'",
  );
  const none = await failure({});
  assertStringIncludes(none.message, "no clouds.yaml is in ., ~/.config/openstack");
  assertEquals(none.hints, ["name the file in OS_CLIENT_CONFIG_FILE"]);
  const empty = { files: { "./clouds.yaml": "cache: {}" } };
  assertStringIncludes((await failure(empty)).message, "'./clouds.yaml' has no clouds");
});

Deno.test("loadCloud finds no cloud under a name of an object's own properties", async () => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    await failure({ files: { "./clouds.yaml": clouds("x") } }, name);
  }
});
