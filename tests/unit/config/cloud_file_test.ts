/**
 * The YAML of clouds.yaml; every scalar keeps its text.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type CloudMap, mergeMaps, readCloudFile } from "@/config/cloud_file.ts";
import { ToolError } from "@/errors.ts";

async function read(text: string, path = "/c/clouds.yaml"): Promise<CloudMap> {
  return await readCloudFile({ readBytes: () => new TextEncoder().encode(text) }, path);
}

const READ: readonly (readonly [string, string, CloudMap])[] = [
  ["numbers, booleans and dates as text", "a: 0123\nb: 1.10\nc: yes\nd: 2020-01-01\ne: 1_000", {
    a: "0123",
    b: "1.10",
    c: "yes",
    d: "2020-01-01",
    e: "1_000",
  }],
  ["null only where it is not quoted", "a:\nb: ~\nc: null\nd: 'null'\ne: ''", {
    a: null,
    b: null,
    c: null,
    d: "null",
    e: "",
  }],
  ["- in keys as _", "auth-url: x\na:\n  user-name: y", { auth_url: "x", a: { user_name: "y" } }],
  ["anchors and merges", "x: &x {a: 1, b: 1}\ny:\n  <<: *x\n  b: 2", {
    x: { a: "1", b: "1" },
    y: { a: "1", b: "2" },
  }],
  ["the last of two equal keys", "a: 1\na: 2", { a: "2" }],
  ["lists", "regions: [a, {name: b}]", { regions: ["a", { name: "b" }] }],
  ["tags without acting on them", "a: !!python/object/apply:os.system [x]", { a: ["x"] }],
  ["an empty file", "", {}],
  ["a comment alone", "# nothing\n", {}],
];

for (const [name, text, expected] of READ) {
  Deno.test(`readCloudFile reads ${name}`, async () => assertEquals(await read(text), expected));
}

Deno.test("readCloudFile reads JSON, with its scalars as text", async () => {
  const text = '{"clouds": {"a": {"verify": false, "api-timeout": 5, "x": null}}}';
  assertEquals(await read(text, "/c/clouds.json"), {
    clouds: { a: { verify: "false", api_timeout: "5", x: null } },
  });
});

const BAD: readonly (readonly [string, string, string, string])[] = [
  ["a quote that is left open", "a:\n  password: 'geheim\n", "clouds.yaml", "clouds.yaml:"],
  ["a tab as indent", "a:\n\tpassword: geheim", "clouds.yaml", "clouds.yaml:2"],
  ["flow that is left open", "password: geheim\na: {b: [1,", "clouds.yaml", "clouds.yaml:2"],
  ["an alias to nothing", "a: *geheim", "clouds.yaml", "clouds.yaml"],
  ["two documents", "---\na: geheim\n---\nb: 1", "clouds.yaml", "clouds.yaml:3"],
  ["a list", "- geheim", "clouds.yaml", "is not a mapping"],
  ["a word", "geheim", "clouds.yaml", "is not a mapping"],
  ["JSON that breaks off", '{"password": "geheim', "clouds.json", "clouds.json"],
];

for (const [name, text, file, words] of BAD) {
  Deno.test(`readCloudFile refuses ${name}, naming the place and not the text`, async () => {
    const error = await assertRejects(() => read(text, `/c/${file}`), ToolError, words);
    assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
    assertEquals(error.message.includes("geheim"), false, error.message);
  });
}

Deno.test("readCloudFile does not let aliases grow without bound", async () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(", ")}]`,
  );
  const text = `l0: &l0 [x]\n${levels.join("\n")}`;
  await assertRejects(() => read(text), ToolError, "it is not well formed");
});

Deno.test("readCloudFile refuses what is nested more deeply than the stack or a setting allows", async () => {
  const flow = (depth: number) => `a: ${"[".repeat(depth)}x${"]".repeat(depth)}`;
  await read(flow(99));
  for (const text of [flow(100), `a:\n  b: ${"c: ".repeat(20_000)}\nd: e`]) {
    await assertRejects(() => read(text), ToolError, "it is nested too deeply");
  }
  await assertRejects(() => read(flow(20_000)), ToolError, "it is not YAML (RESOURCE_EXHAUSTION)");
  const json = `{"a": ${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  await assertRejects(() => read(json, "/c/clouds.json"), ToolError, "Cannot read");
});

Deno.test("readCloudFile never fails but with a ToolError", async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
    try {
      await read(text);
    } catch (error) {
      assertEquals(error instanceof ToolError, true, String(error));
    }
  }));
});

Deno.test("mergeMaps lays mappings over mappings and replaces the rest", () => {
  assertEquals(
    mergeMaps({ a: { b: "1", c: "1" }, d: ["1"], e: "1" }, {
      a: { c: "2" },
      d: ["2"],
      e: { f: "2" },
    }),
    { a: { b: "1", c: "2" }, d: ["2"], e: { f: "2" } },
  );
});
