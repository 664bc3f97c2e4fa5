/**
 * Properties of every entry of the option table.
 *
 * @module
 */
import { convert } from "@/config/convert.ts";
import type { OptionGroups } from "@/config/option_spec.ts";
import { type OptionKey, OPTIONS, type OptionValue } from "@/config/options.ts";
import { AUTH_OPTIONS } from "@/openstack/keystone/account.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { sourceFiles } from "../house/tree.ts";
import { memoryConfig } from "./memory_config.ts";

const ALL = Object.entries(OPTIONS as OptionGroups).flatMap(([group, options]) =>
  Object.entries(options).map(([name, spec]) => ({ key: `${group}.${name}` as OptionKey, spec }))
);

Deno.test("OPTIONS: every default can be read", () => {
  const config = memoryConfig({ hostname: "h" });
  for (const { key, spec } of ALL) {
    const value = config.get(key);
    assertEquals(value === undefined, spec.default === undefined && key !== "DEFAULT.host", key);
  }
});

Deno.test("OPTIONS: every help is one sentence", () => {
  for (const { key, spec } of ALL) assertMatch(spec.help, /^[A-Za-z'][^\n]*[^.]\.$/, key);
});

Deno.test("OPTIONS: flags are those of the design, each once", () => {
  const flags = ALL.flatMap(({ spec }) => spec.flag ?? []);
  assertEquals(flags.toSorted(), [
    "--connect-timeout",
    "--limit-rate",
    "--retries",
    "--stall-timeout",
    "--timeout",
  ]);
});

Deno.test("OPTIONS: nothing that weakens verification can be configured", () => {
  const names = ALL.map(({ key }) => key.split(".")[1]);
  for (const name of ["verify", "allow_unhashed", "force", "no_verify"]) {
    assert(!names.includes(name), name);
  }
});

Deno.test("OPTIONS: what holds a credential is secret", () => {
  for (const { key, spec } of ALL) {
    const name = key.split(".")[1] ?? "";
    assertEquals(spec.secret ?? false, /password|secret$|^token$/.test(name), key);
  }
});

Deno.test("OPTIONS: an old name belongs to one option only, and is no current name", () => {
  const old = ALL.flatMap(({ key, spec }) =>
    (spec.deprecated ?? []).map((name) =>
      name.includes(".") ? name : `${key.split(".")[0]}.${name}`
    )
  );
  assertEquals(old.length, new Set(old).size);
  assertEquals(old.filter((name) => ALL.some(({ key }) => key === name)), []);
});

Deno.test("OPTIONS: choices and bounds hold for the defaults", () => {
  for (const { key, spec } of ALL) {
    if (spec.default !== undefined && !spec.default.includes("$")) {
      assertEquals(convert(spec.default, spec) === null, false, key);
    }
  }
});

Deno.test("OptionValue is undefined only without a default, and a choice's own words", () => {
  const config = memoryConfig();
  const retries: number = config.get("glance_direct.retries");
  const timeout: number | undefined = config.get("glance_direct.timeout");
  const kind: "raw" | "flat" | "qcow2" | "lvm" | "rbd" | "ploop" | "default" = config.get(
    "libvirt.images_type",
  );
  const servers: readonly string[] | undefined = config.get("glance.api_servers");
  // @ts-expect-error: it may be undefined
  const user: OptionValue<"libvirt.rbd_user"> & string = config.get("libvirt.rbd_user");
  assertEquals([retries, timeout, kind, servers, user], [
    3,
    undefined,
    "default",
    undefined,
    undefined,
  ]);
});

const SOURCES = sourceFiles().filter(({ path }) => !path.startsWith("src/config/options/"));

/** Whether a file reads an option: by its key, or as one of those of a group of credentials. */
function isRead(key: string): boolean {
  const [group = "", name = ""] = key.split(".");
  const words = [`"${key}"`, ...isAuthGroup(group) ? [`\`\${group}.${name}\``] : []];
  const isCredential = isAuthGroup(group) && AUTH_OPTIONS.some((option) => option === name);
  return isCredential || SOURCES.some(({ text }) => words.some((word) => text.includes(word)));
}

function isAuthGroup(group: string): boolean {
  return group === "service_user" || group === "keystone_authtoken";
}

Deno.test("OPTIONS: each is read by the program, or by another option's value", () => {
  const unread = ALL.filter(({ key, spec }) => !spec.forSubstitution && !isRead(key));
  // Where the credentials are: the configuration itself reads it for them.
  const isSection = ({ key }: { key: string }) => key.endsWith(".auth_section");
  assertEquals(unread.filter((option) => !isSection(option)).map(({ key }) => key), []);
  assertEquals(unread.filter(isSection).length, 2);
});

Deno.test("OPTIONS: what is only referred to is read nowhere else", () => {
  const wrong = ALL.filter(({ key, spec }) => spec.forSubstitution && isRead(key));
  assertEquals(wrong.map(({ key }) => key), []);
});
