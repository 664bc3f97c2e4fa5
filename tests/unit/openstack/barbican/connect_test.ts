/**
 * Which Barbican is used, and when.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Config } from "@/config/config.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { CatalogService } from "@/openstack/keystone/catalog.ts";
import type { ChosenAccount } from "@/openstack/keystone/credentials.ts";
import type { OpenedSession, SessionContext } from "@/openstack/keystone/open_session.ts";
import { fixedSession } from "@/openstack/keystone/session.ts";
import { connectBarbican } from "@/openstack/barbican/connect.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { recordedLog } from "../../signatures/recorded_log.ts";
import { ROOT } from "../../signatures/samples.ts";

const DEFAULTS: Readonly<Record<string, unknown>> = {
  "key_manager.backend": "barbican",
  "barbican.verify_ssl": true,
  "barbican.barbican_endpoint_type": "public",
  "glance_direct.retries": 0,
};

const CATALOG: readonly CatalogService[] = [
  { type: "image", name: "glance", endpoints: [endpoint("public", "One", "http://glance")] },
  {
    type: "key-manager",
    name: "barbican",
    endpoints: [
      endpoint("internal", "One", "http://internal.one"),
      endpoint("public", "One", "http://public.one"),
      endpoint("public", "Two", "http://public.two"),
    ],
  },
];

function endpoint(kind: string, region: string, url: string) {
  return { interface: kind, region, url };
}

interface Given {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly catalog?: readonly CatalogService[];
  readonly account?: Partial<ChosenAccount>;
  readonly os?: Readonly<Record<string, string>>;
}

function connect({ values, catalog, account, os = {} }: Given) {
  const asked: string[] = [];
  const { log, lines } = recordedLog();
  const context: SessionContext = {
    clock: new FakeClock(),
    env: { get: () => undefined, names: () => [] },
    files: { stat: () => undefined } as unknown as Files,
    connectUnverified: () => Promise.reject(new Error("not over TLS")),
    reach: () => Promise.resolve(),
    resolve: (hostname) => Promise.resolve([hostname]),
    random: () => 0.5,
    log,
    fetch: (input) => {
      asked.push(String(input));
      return Promise.resolve(
        String(input).endsWith("/payload")
          ? new Response(ROOT)
          : Response.json({ secret_type: "certificate", content_types: { default: "text/plain" } }),
      );
    },
  };
  const settings = { ...DEFAULTS, ...values };
  const config = { get: (key: string) => settings[key] } as unknown as Config;
  const opened: OpenedSession = {
    session: {
      ...fixedSession("the test", {}),
      catalog: () => Promise.resolve(catalog),
    },
    account: {
      origin: "the test",
      auth: {},
      wholeCloud: false,
      tls: {},
      credentials: { kind: "none", origin: "the test" },
      ...account,
    },
    keystone: () => undefined,
    [Symbol.dispose]: () => {},
  };
  return { store: connectBarbican(context, { config, os }, opened), asked, lines };
}

const { signal } = new AbortController();

async function hostOf(given: Given): Promise<string> {
  const { store, asked } = connect(given);
  using _ = store;
  assert(await store.find("some-id", signal) !== null);
  return new URL(asked[0] ?? "").host;
}

async function refusal(given: Given): Promise<ToolError> {
  const { store } = connect(given);
  using _ = store;
  return await assertRejects(() => store.find("some-id", signal), ToolError);
}

Deno.test("connectBarbican uses the endpoint of nova.conf, whatever the catalog has", async () => {
  const values = { "barbican.barbican_endpoint": "http://configured:9311" };
  assertEquals(await hostOf({ values, catalog: CATALOG }), "configured:9311");
  assertEquals(await hostOf({ values }), "configured:9311");
});

Deno.test("connectBarbican looks in the catalog, by interface and region of the nearest setting", async () => {
  const [internal, two] = [
    { "barbican.barbican_endpoint_type": "internal" },
    { "barbican.barbican_region_name": "Two" },
  ];
  const catalog = CATALOG;
  assertEquals(await hostOf({ catalog }), "public.one");
  assertEquals(await hostOf({ catalog, values: internal }), "internal.one");
  assertEquals(await hostOf({ catalog, values: two }), "public.two");
  assertEquals(await hostOf({ catalog, values: two, account: { region: "One" } }), "public.one");
  const os = { OS_REGION_NAME: "Two" };
  assertEquals(await hostOf({ catalog, account: { region: "One" }, os }), "public.two");
});

Deno.test("connectBarbican sends no request before the first certificate, and looks up its endpoint once", async () => {
  const { store, asked, lines } = connect({
    catalog: CATALOG,
    values: { "barbican.verify_ssl": false },
  });
  using _ = store;
  assertEquals([asked, lines], [[], []]);
  await store.find("a", signal);
  await store.find("b", signal);
  assertEquals(asked.length, 4);
  assertEquals(
    lines.filter((line) => line.includes("Barbican's certificate is not verified")).length,
    1,
  );
});

Deno.test("connectBarbican says what to set where no Barbican can be found", async () => {
  const nowhere = await refusal({});
  assertEquals(nowhere.code, "config_invalid");
  assertEquals(nowhere.hints[0], "set '[barbican] barbican_endpoint'");
  const absent = await refusal({ catalog: CATALOG.slice(0, 1) });
  assertEquals(absent.code, "endpoint_not_found");
  assert(absent.hints[0]?.includes("[barbican] barbican_endpoint"));
});

Deno.test("connectBarbican accepts castellan's names for Barbican, and no other key manager", async () => {
  const backend = (name: string) => ({ catalog: CATALOG, values: { "key_manager.backend": name } });
  await hostOf(backend("castellan.key_manager.barbican_key_manager.BarbicanKeyManager"));
  for (const name of ["vault", "nova.keymgr.conf_key_mgr.ConfKeyManager"]) {
    const { code, message, hints } = await refusal(backend(name));
    assertEquals(code, "config_invalid");
    assert(message.includes(`'${name}'`), message);
    assert(hints[0]?.includes("certificate_dir"));
  }
});

Deno.test("connectBarbican names the file of verify_ssl_path that cannot be read", async () => {
  const values = { "barbican.verify_ssl_path": "/etc/no-such.pem" };
  const error = await refusal({ catalog: CATALOG, values });
  assertEquals(error.code, "config_invalid");
  assert(error.message.includes("/etc/no-such.pem"), error.message);
});
