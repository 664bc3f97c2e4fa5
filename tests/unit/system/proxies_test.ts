/**
 * Proxy variables lead no request away. A process of its own shows it: Deno reads them once.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { PROXY_VARIABLES } from "@/system/proxies.ts";

/** Where a request went, of a program that has every proxy variable set. */
async function runWithProxies(program: string): Promise<{ direct: number; proxied: number }> {
  await using glance = new HttpServer(() => ({ status: 200 }));
  await using proxy = new HttpServer(() => ({ status: 200 }));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", program],
    cwd: new URL("../../..", import.meta.url).pathname,
    env: {
      ...Object.fromEntries(PROXY_VARIABLES.map((name) => [name, proxy.url])),
      TARGET: glance.url,
    },
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return { direct: glance.requests.length, proxied: proxy.requests.length };
}

const REQUEST = `
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const response = await fetch(Deno.env.get("TARGET"), { client });
  await response.body?.cancel();
`;

Deno.test("forgetProxies keeps requests off the proxies that the environment names", async () => {
  const forget = `import { forgetProxies } from "@/system/proxies.ts"; forgetProxies();`;
  assertEquals(await runWithProxies(forget + REQUEST), { direct: 1, proxied: 0 });
  assertEquals(
    await runWithProxies(REQUEST),
    { direct: 0, proxied: 1 },
    "or the test shows nothing",
  );
});
