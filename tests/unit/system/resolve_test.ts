import { assertEquals } from "@std/assert";

Deno.test("resolve() of a name prints nothing: Deno 2.5 warns of its own use of punycode", async () => {
  const module = new URL("../../../src/system/resolve.ts", import.meta.url);
  // Whether there is such a host does not matter.
  const code = `import { resolve } from "${module}"; await resolve("localhost").catch(() => {});`;
  const args = ["eval", "--quiet", "--no-config", "--no-lock", "--no-remote", "--no-npm", code];
  const { stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
});
