/**
 * Variables of the runtime inside the program change nothing: not its trust, not its network path,
 * and it does not crash. (`DENO_CERT=/nonexistent` ended the program as a bug.)
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Host } from "./host.ts";
import { AUTHORITY, SERVER } from "../doubles/certificates.ts";
import { failureOf } from "./program.ts";

/** Each by itself; PEM is the authority of the server's certificate. */
const VARIABLES: readonly Readonly<Record<string, string>>[] = [
  {},
  { DENO_CERT: "PEM" },
  { DENO_CERT: "/nonexistent" },
  { DENO_TLS_CA_STORE: "no-such-store" },
  { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: "PEM" },
  { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: "/nonexistent", SSL_CERT_DIR: "/nonexistent" },
  { NODE_EXTRA_CA_CERTS: "PEM" },
  { NODE_EXTRA_CA_CERTS: "/nonexistent" },
  { NODE_OPTIONS: "--no-such-option" },
  { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
  { NODE_DEBUG: "net,tls,http" },
  { DENO_V8_FLAGS: "--no-such-flag" },
  { DENO_DIR: "/nonexistent" },
  { DENO_LOG: "trace" },
  { RUST_LOG: "trace" },
  { RUST_BACKTRACE: "full" },
  { DENO_NO_PACKAGE_JSON: "1", DENO_JOBS: "0", DENO_AUTH_TOKENS: "x@y", NPM_CONFIG_REGISTRY: "z" },
];

Deno.test("the runtime's own variables change nothing", async (t) => {
  await using server = Deno.serve(
    { ...SERVER, hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json({ images: [] }),
  );
  await using host = new Host();
  const pem = `${host.lab.directory}/authority.pem`;
  await Deno.writeTextFile(pem, AUTHORITY);
  const endpoint = `--os-image-endpoint-override=https://127.0.0.1:${server.addr.port}`;
  const word = "no-such-image";
  for (const variables of VARIABLES) {
    await t.step(JSON.stringify(variables), async () => {
      const pairs = Object.entries(variables).map(([name, value]) =>
        [name, value === "PEM" ? pem : value] as const
      );
      const env = Object.fromEntries(pairs);
      const args = ["show", word, endpoint];
      const unknown = failureOf(await host.run(args, { env }), 69);
      assertEquals(unknown.code, "authority_unknown", unknown.message);
      const ended = await host.run([...args, `--os-cacert=${pem}`], { env });
      assertEquals(failureOf(ended, 66).code, "not_found");
      assert(!ended.stderr.includes("Warning"), ended.stderr);
    });
  }
});
