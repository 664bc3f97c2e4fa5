/**
 * What `config show` prints, masks and refuses.
 *
 * @module
 */
import { configCommand, showConfig, type ShownOption } from "@/commands/config_show.ts";
import type { Result, Session } from "@/commands/session.ts";
import { textOn } from "@/ui/page.ts";
import { ToolError } from "@/errors.ts";
import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { memoryConfig } from "../config/memory_config.ts";

const TEXT = "[glance]\nrbd_user = glance\nnum_retries = 1\nvalid_interfaces = a, b\n" +
  "endpoint_override = http://me:geheim@glance:9292/v2\n" +
  "[service_user]\npassword = geheim\nsend_service_user_token = yes\n" +
  "[glance_direct]\nlimit_rate = 100MiB\nlock_timeout = 90\n";

function rows(text: string, options = {}): ShownOption[] {
  return showConfig({ config: memoryConfig({ text }) }, options).json as ShownOption[];
}

Deno.test("config show reports every option, the typed value, and where it comes from", () => {
  const all = rows(TEXT);
  assert(all.length > 100);
  const row = (group: string, name: string) =>
    all.find((one) => one.group === group && one.name === name);
  assertEquals(row("glance", "rbd_user"), {
    group: "glance",
    name: "rbd_user",
    value: "glance",
    origin: "/nova.conf:2",
  });
  assertEquals(row("glance", "num_retries")?.value, 1);
  assertEquals(row("glance", "valid_interfaces")?.value, ["a", "b"]);
  assertEquals(row("service_user", "send_service_user_token")?.value, true);
  assertEquals(row("glance_direct", "limit_rate")?.value, "100M");
  assertEquals(row("glance_direct", "lock_timeout")?.value, "90s");
  assertEquals(row("glance", "region_name"), {
    group: "glance",
    name: "region_name",
    value: null,
    origin: "default",
  });
});

Deno.test("config show masks secrets, and passwords in URLs", () => {
  const result = showConfig({ config: memoryConfig({ text: TEXT }) });
  assertFalse(JSON.stringify(result).includes("geheim"));
  const shown = result.json as ShownOption[];
  assertEquals(shown.find(({ name }) => name === "password")?.value, "***");
  assertEquals(
    shown.find(({ name }) => name === "endpoint_override")?.value,
    "http://***@glance:9292/v2",
  );
  assertEquals(shown.find(({ name }) => name === "application_credential_secret")?.value, null);
});

Deno.test("config show names everything that cannot be read, in one error", () => {
  const text = "[glance]\nnum_retries = many\n[DEFAULT]\nstate_path = $nosuch\n";
  const error = assertThrows(() => rows(text), ToolError);
  assertEquals(error.code, "config_invalid");
  assertStringIncludes(error.message, "[glance]num_retries from '/nova.conf:2'");
  assertStringIncludes(error.message, "[DEFAULT]state_path from '/nova.conf:4'");
});

Deno.test("config show refuses a value that has its type, but not its form", () => {
  for (const [name, value] of [["bwlimit", "08:00,fast"], ["ceph_clusters", "west"]]) {
    const text = `[glance_direct]\n${name} = ${value}\n`;
    const error = assertThrows(() => rows(text), ToolError, "/nova.conf:2");
    assertEquals([error.code, error.hints.length], ["config_invalid", 1], error.message);
  }
});

Deno.test("config show can be narrowed to groups, options, and what is set", () => {
  assertEquals(rows(TEXT, { names: ["glance.rbd_user", "key_manager"] }).map(({ name }) => name), [
    "rbd_user",
    "backend",
  ]);
  assertEquals(
    rows(TEXT, { names: ["glance"], set: true }).map(({ name }) => name),
    ["num_retries", "rbd_user", "valid_interfaces", "endpoint_override"],
  );
  const error = assertThrows(() => rows(TEXT, { names: ["glance.nosuch"] }), ToolError);
  assertEquals(error.code, "usage");
});

Deno.test("config show writes a table, and quotes what would not be seen", () => {
  const config = memoryConfig({
    text: '[glance]\nrbd_user = "-"\nrbd_pool = a\u001b[2J\nnum_retries = 1\n',
  });
  const text = textOn(showConfig({ config }, { names: ["glance"] }).text);
  const lines = text.split("\n");
  assertEquals(lines[0]?.split(/ {2,}/), ["OPTION", "VALUE", "ORIGIN"]);
  assert(lines.includes('glance.rbd_user                         "-"              /nova.conf:2'));
  assertStringIncludes(text, '"a\\u001b[2J"');
  assertFalse(text.includes("\u001b"));
});

Deno.test("config show hands its arguments on", async () => {
  const results: (Result | undefined)[] = [];
  const session = { config: memoryConfig({ text: TEXT }) } as Session;
  const command = configCommand(async (action) => {
    results.push(await action(session));
  });
  await command.parseAsync(["show", "--set", "libvirt", "service_user"], {
    from: "user",
  });
  assertEquals((results[0]?.json as ShownOption[]).map(({ name }) => name), [
    "send_service_user_token",
    "password",
  ]);
});
