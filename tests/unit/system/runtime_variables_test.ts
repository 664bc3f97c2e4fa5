/**
 * Variables of the runtime redirect no request and extend no trust. A separate process shows it:
 * Deno reads them once.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { HttpServer } from "@lab/embedded/http_server.ts";
import { PROXY_VARIABLES } from "@/system/runtime_variables.ts";
import { AUTHORITY, SERVER } from "../../doubles/certificates.ts";

const IGNORE = `import { ignoreRuntimeVariables } from "@/system/runtime_variables.ts";
ignoreRuntimeVariables();
`;

/** What a program of its own prints, with variables set. */
async function outputOf(program: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { success, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", program],
    cwd: new URL("../../..", import.meta.url).pathname,
    env,
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** Where a request went, of a program that has every proxy variable set. */
async function runWithProxies(program: string): Promise<{ direct: number; proxied: number }> {
  await using glance = new HttpServer(() => ({ status: 200 }));
  await using proxy = new HttpServer(() => ({ status: 200 }));
  await outputOf(program, {
    ...Object.fromEntries(PROXY_VARIABLES.map((name) => [name, proxy.url])),
    TARGET: glance.url,
  });
  return { direct: glance.requests.length, proxied: proxy.requests.length };
}

const REQUEST = `
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const response = await fetch(Deno.env.get("TARGET"), { client });
  await response.body?.cancel();
`;

Deno.test("ignoreRuntimeVariables keeps requests off the proxies that the environment names", async () => {
  assertEquals(await runWithProxies(IGNORE + REQUEST), { direct: 1, proxied: 0 });
  assertEquals(
    await runWithProxies(REQUEST),
    { direct: 0, proxied: 1 },
    "or the test shows nothing",
  );
});

/** Whether the server's certificate is trusted, of a client that is given `authorities`. */
const ASK = (authorities: string) => `
  import { messageOf } from "@/errors.ts";
  using client = Deno.createHttpClient({ caCerts: ${authorities}, poolMaxIdlePerHost: 0 });
  try {
    const response = await fetch(Deno.env.get("TARGET"), { client });
    console.log(await response.text());
  } catch (error) {
    console.log(messageOf(error.cause ?? error));
  }
`;

/** Each variable with a value that would widen the trust, or end in an error, by itself. */
const VARIABLES = (authority: string): readonly Readonly<Record<string, string>>[] => [
  { DENO_CERT: authority },
  { DENO_CERT: "/nonexistent" },
  { DENO_TLS_CA_STORE: "no-such-store" },
  { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: authority },
  { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: "/nonexistent", SSL_CERT_DIR: "/nonexistent" },
  { NODE_EXTRA_CA_CERTS: authority },
  { NODE_EXTRA_CA_CERTS: "/nonexistent" },
  { NODE_OPTIONS: "--use-openssl-ca" },
  { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
];

Deno.test("ignoreRuntimeVariables leaves trust to the configuration, whatever the environment says", async (t) => {
  await using server = Deno.serve(
    { ...SERVER, hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("trusted"),
  );
  const authority = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(authority, AUTHORITY);
  const TARGET = `https://127.0.0.1:${server.addr.port}/`;
  for (const env of VARIABLES(authority)) {
    await t.step(JSON.stringify(env).replaceAll(authority, "PEM"), async () => {
      const without = await outputOf(IGNORE + ASK("[]"), { ...env, TARGET });
      assertStringIncludes(without, "UnknownIssuer");
      const given = ASK(JSON.stringify([AUTHORITY]));
      assertEquals(await outputOf(IGNORE + given, { ...env, TARGET }), "trusted");
    });
  }
  const widened = await outputOf(ASK("[]"), { DENO_CERT: authority, TARGET });
  assertEquals(widened, "trusted", "or the test shows nothing");
  await Deno.remove(authority);
});
