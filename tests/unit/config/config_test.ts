/**
 * Layers, origins and errors of the whole configuration.
 *
 * @module
 */
import fc from "fast-check";
import { ALL_OPTIONS } from "@/config/options.ts";
import { ToolError } from "@/errors.ts";
import { assertEquals, assertFalse, assertThrows } from "@std/assert";
import { memoryConfig } from "./memory_config.ts";

const KEYS = ALL_OPTIONS.map(({ key }) => key);

Deno.test("Config.get prefers the flag, our variable, nova's variable, the file, the default", () => {
  const layers = {
    overrides: { "glance_direct.retries": "1" },
    env: { GLANCE_DIRECT_RETRIES: "2", OS_GLANCE_DIRECT__RETRIES: "4" },
    text: "[glance_direct]\nretries = 5\n",
  };
  const { env, text } = layers;
  const expected = [
    [layers, 1, "flag --retries"],
    [{ env, text }, 2, "environment GLANCE_DIRECT_RETRIES"],
    [
      { env: { OS_GLANCE_DIRECT__RETRIES: "4" }, text },
      4,
      "environment OS_GLANCE_DIRECT__RETRIES",
    ],
    [{ text }, 5, "/nova.conf:2"],
    [{}, 3, "default"],
  ] as const;
  for (const [options, value, origin] of expected) {
    const config = memoryConfig(options);
    assertEquals(config.get("glance_direct.retries"), value, origin);
    assertEquals(config.originOf("glance_direct.retries"), origin);
  }
});

Deno.test("Config.get reads GLANCE_DIRECT_ variables for its own group only", () => {
  const config = memoryConfig({ env: { GLANCE_DIRECT_RBD_USER: "a", GLANCE_RBD_USER: "b" } });
  assertEquals(config.get("glance.rbd_user"), "");
});

Deno.test("Config.get does not substitute what was typed as a flag", () => {
  const config = memoryConfig({ overrides: { "glance_direct.metrics_file": "/x/$state_path" } });
  assertEquals(config.get("glance_direct.metrics_file"), "/x/$state_path");
});

Deno.test("Config.get names the flag whose value is invalid", () => {
  const config = memoryConfig({ overrides: { "glance_direct.stall_timeout": "soon" } });
  const error = assertThrows(() => config.get("glance_direct.stall_timeout"), ToolError);
  assertEquals(error.code, "usage");
  assertEquals(
    error.message,
    "Cannot read flag --stall-timeout: 'soon' is not a duration such as '30s', '5m' or '24h'",
  );
});

Deno.test("Config.get names option, file and line of a bad value", () => {
  const config = memoryConfig({ text: "[glance]\n\nnum_retries = many\n" });
  const error = assertThrows(() => config.get("glance.num_retries"), ToolError);
  assertEquals(error.code, "config_invalid");
  assertEquals(
    error.message,
    "Cannot read [glance]num_retries from '/nova.conf:3': 'many' is not an integer",
  );
});

Deno.test("Config.get explains an invalid reference", () => {
  const reasons = {
    "$nosuch": "there is no option 'nosuch'",
    "${glance.nosuch}": "there is no option 'glance.nosuch'",
    "$state_path.bak": "there is no group 'state_path'",
    "$libvirt": "'libvirt' is a group, not an option",
    "$rbd_user": "'glance.rbd_user' uses 'glance.rbd_user'",
    "$my_ip": "[DEFAULT]my_ip is not set",
  };
  for (const [text, reason] of Object.entries(reasons)) {
    const config = memoryConfig({ text: `[glance]\nrbd_user = ${text}\n` });
    const error = assertThrows(() => config.get("glance.rbd_user"), ToolError);
    assertEquals(
      error.message,
      `Cannot substitute [glance]rbd_user from '/nova.conf:2': ${reason}`,
    );
    assertEquals(error.code, "config_invalid");
  }
});

Deno.test("Config.get uses the host's name as [DEFAULT]host", () => {
  const text = "[DEFAULT]\nstate_path = /srv/$host\n";
  assertEquals(memoryConfig({ hostname: "c1" }).get("DEFAULT.host"), "c1");
  assertEquals(memoryConfig({ hostname: "c1", text }).get("DEFAULT.state_path"), "/srv/c1");
  assertEquals(memoryConfig().get("DEFAULT.host"), undefined);
  assertThrows(() => memoryConfig({ text }).get("DEFAULT.state_path"), ToolError, "is not set");
});

Deno.test("Config.get reads credentials from the section that auth_section names", () => {
  const config = memoryConfig({
    text: "[service_user]\nauth_section = Shared\nusername = own\ncafile = /own\n" +
      "[shared]\nusername = other\ncafile = /other\npassword = $username!\n",
  });
  assertEquals(config.get("service_user.username"), "other");
  assertEquals(config.get("service_user.password"), "other!");
  assertEquals(config.get("service_user.cafile"), "/own", "TLS options stay");
  assertEquals(config.originOf("service_user.username"), "/nova.conf:6");
  assertEquals(config.get("keystone_authtoken.username"), undefined, "another group");
});

Deno.test("Config.get asks the environment for the section that auth_section names", () => {
  const config = memoryConfig({
    text: "[service_user]\nauth_section = shared\n",
    env: { OS_SHARED__USERNAME: "a", OS_SERVICE_USER__USERNAME: "b" },
  });
  assertEquals(config.get("service_user.username"), "a");
});

Deno.test("Config.originOf names the last value and the later file", () => {
  const config = memoryConfig({
    files: {
      "/a.conf": "[glance]\nrbd_user = a\nrbd_pool = a\nrbd_pool = b\n" +
        "[glance_direct]\nceph_clusters = a\nceph_clusters = b\n",
      "/b.conf": "[glance]\n\nrbd_user = b\n[glance_direct]\nceph_clusters = c\n",
    },
    sources: [{ kind: "file", path: "/a.conf" }, { kind: "file", path: "/b.conf" }],
  });
  assertEquals(config.originOf("glance.rbd_user"), "/b.conf:3");
  assertEquals(config.originOf("glance.rbd_pool"), "/a.conf:4");
  assertEquals(config.originOf("glance_direct.ceph_clusters"), "/b.conf:5");
});

Deno.test("no error shows a secret", () => {
  const secrets = KEYS.filter((key) => key.endsWith(".password") || key.endsWith("secret"));
  const text = secrets.map((key) => key.split("."))
    .map(([group, name]) => `[${group}]\n${name} = geheim $nosuch\n`).join("");
  const config = memoryConfig({ text });
  for (const key of secrets) {
    const error = assertThrows(() => config.get(key), ToolError);
    assertFalse(error.message.includes("geheim"), error.message);
  }
});

Deno.test("loadConfig and Config throw nothing but ToolError, whatever the file", () => {
  const word = fc.oneof(
    fc.constantFrom(
      "[glance]",
      "[DEFAULT]",
      "rbd_user",
      "auth_section",
      "=",
      ":",
      "$",
      "${",
      "}",
      "\n",
    ),
    fc.constantFrom(...KEYS.map((key) => key.split(".")[1] ?? "")),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  const file = fc.array(word, { maxLength: 40 }).map((words) =>
    `[service_user]\n${words.join("")}`
  );
  fc.assert(
    fc.property(file, (text) => {
      try {
        const config = memoryConfig({ text });
        for (const key of KEYS) attempt(() => [config.get(key), config.originOf(key)]);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
      }
    }),
    { seed: 10, numRuns: 300 },
  );
});

function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
  }
}
