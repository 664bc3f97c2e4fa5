/**
 * What is sent to Keystone for each kind of credentials.
 *
 * @module
 */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { keystoneUrl, readCredentials } from "@/openstack/keystone/auth.ts";
import type { AuthOptions } from "@/openstack/keystone/auth_options.ts";

const URL_ONLY: AuthOptions = { auth_url: "http://keystone:5000" };
const NOVA: AuthOptions = { ...URL_ONLY, username: "nova", password: "geheim" };

/** The `auth` object that these options lead to. */
function authOf(options: AuthOptions): unknown {
  const credentials = readCredentials(options, "the test");
  assertEquals(credentials.kind, "keystone");
  return credentials.kind === "keystone" ? credentials.request.auth : undefined;
}

function password(user: object): unknown {
  return { methods: ["password"], password: { user: { ...user, password: "geheim" } } };
}

const DEFAULT = { id: "default" };
const IDENTITY = password({ name: "nova", domain: DEFAULT });

const CASES: readonly (readonly [string, AuthOptions, unknown])[] = [
  [
    "a user by name, domains by name",
    {
      ...NOVA,
      user_domain_name: "Default",
      project_name: "service",
      project_domain_name: "Default",
    },
    {
      identity: password({ name: "nova", domain: { name: "Default" } }),
      scope: { project: { name: "service", domain: { name: "Default" } } },
    },
  ],
  [
    "domains by id, which win over names",
    {
      ...NOVA,
      user_domain_id: "u",
      user_domain_name: "x",
      project_name: "p",
      project_domain_id: "d",
      project_domain_name: "x",
    },
    {
      identity: password({ name: "nova", domain: { id: "u" } }),
      scope: { project: { name: "p", domain: { id: "d" } } },
    },
  ],
  [
    "user and project by id, without domains",
    { ...URL_ONLY, user_id: "u1", password: "geheim", project_id: "p1", project_name: "x" },
    { identity: password({ id: "u1" }), scope: { project: { id: "p1" } } },
  ],
  [
    "the default domain of the options",
    { ...NOVA, project_name: "p", default_domain_name: "corp" },
    {
      identity: password({ name: "nova", domain: { name: "corp" } }),
      scope: { project: { name: "p", domain: { name: "corp" } } },
    },
  ],
  [
    "the domain 'default' where none is named",
    { ...NOVA, project_name: "p" },
    { identity: IDENTITY, scope: { project: { name: "p", domain: DEFAULT } } },
  ],
  ["no scope", NOVA, { identity: IDENTITY }],
  ["a domain's scope", { ...NOVA, domain_id: "d" }, {
    identity: IDENTITY,
    scope: { domain: { id: "d" } },
  }],
  ["a domain's scope by name", { ...NOVA, domain_name: "d" }, {
    identity: IDENTITY,
    scope: { domain: { name: "d" } },
  }],
  ["the system's scope", { ...NOVA, system_scope: "all" }, {
    identity: IDENTITY,
    scope: { system: { all: true } },
  }],
  ["a trust", { ...NOVA, trust_id: "t" }, {
    identity: IDENTITY,
    scope: { "OS-TRUST:trust": { id: "t" } },
  }],
  [
    "older names of the options",
    { ...URL_ONLY, user_name: "nova", password: "geheim", tenant_name: "p" },
    { identity: IDENTITY, scope: { project: { name: "p", domain: DEFAULT } } },
  ],
  [
    "empty options as if they were not there",
    { ...NOVA, user_id: "", project_id: "", project_name: "", trust_id: "" },
    { identity: IDENTITY },
  ],
  [
    "an application credential by id, without any scope",
    {
      ...URL_ONLY,
      auth_type: "v3applicationcredential",
      application_credential_id: "a",
      application_credential_secret: "geheim",
      project_name: "ignored",
    },
    {
      identity: {
        methods: ["application_credential"],
        application_credential: { id: "a", secret: "geheim" },
      },
    },
  ],
  [
    "an application credential by name and user",
    {
      ...URL_ONLY,
      auth_type: "v3applicationcredential",
      application_credential_name: "fetcher",
      application_credential_secret: "geheim",
      username: "nova",
      user_domain_name: "Default",
    },
    {
      identity: {
        methods: ["application_credential"],
        application_credential: {
          name: "fetcher",
          secret: "geheim",
          user: { name: "nova", domain: { name: "Default" } },
        },
      },
    },
  ],
  [
    "a token, re-scoped",
    { ...URL_ONLY, auth_type: "v3token", token: "geheim", project_id: "p" },
    {
      identity: { methods: ["token"], token: { id: "geheim" } },
      scope: { project: { id: "p" } },
    },
  ],
];

for (const [name, options, auth] of CASES) {
  Deno.test(`readCredentials: ${name}`, () => assertEquals(authOf(options), auth));
}

Deno.test("readCredentials infers the plugin if auth_type is 'password' without a password", () => {
  const credential = { application_credential_id: "a", application_credential_secret: "geheim" };
  for (const auth_type of [undefined, "password"]) {
    const methods = [{ ...URL_ONLY, ...credential, auth_type }, { ...URL_ONLY, token: "t" }]
      .map((options) => (authOf(options) as { identity: { methods: unknown } }).identity.methods);
    assertEquals(methods, [["application_credential"], ["token"]]);
  }
});

Deno.test("readCredentials: 'none' and 'admin_token' need no Keystone", () => {
  const origin = "the test";
  assertEquals(readCredentials({ auth_type: "none", endpoint: "http://g" }, origin), {
    kind: "none",
    origin,
    endpoint: "http://g",
  });
  for (const auth_type of ["admin_token", "token_endpoint"]) {
    assertEquals(readCredentials({ auth_type, endpoint: "http://g", token: "t" }, origin), {
      kind: "token",
      origin,
      token: "t",
      endpoint: "http://g",
    });
  }
});

const BAD: readonly (readonly [string, AuthOptions, string])[] = [
  ["no auth_url", { username: "nova", password: "geheim" }, "'auth_url' is missing"],
  ["no user", { ...URL_ONLY, password: "geheim" }, "'username' is missing"],
  ["no password", { ...URL_ONLY, username: "nova" }, "'password' is missing"],
  [
    "no secret",
    { ...URL_ONLY, auth_type: "v3applicationcredential", application_credential_id: "a" },
    "'application_credential_secret' is missing",
  ],
  ["no token", { ...URL_ONLY, auth_type: "token" }, "'token' is missing"],
  ["two scopes", { ...NOVA, project_id: "p", trust_id: "t" }, "at once, a project and a trust"],
  // keystoneauth: "cannot be scoped to multiple targets".
  [
    "a project beside the system",
    { ...NOVA, project_name: "p", system_scope: "all" },
    "a project and the system (system_scope)",
  ],
  [
    "a domain beside the system",
    { ...NOVA, domain_id: "d", system_scope: "all" },
    "a domain and the system (system_scope)",
  ],
  ["a plugin of another time", { ...NOVA, auth_type: "v2password" }, "auth type 'v2password'"],
  ["a plugin that needs a browser", { ...NOVA, auth_type: "v3websso" }, "auth type 'v3websso'"],
  ["a name of JavaScript's", { ...NOVA, auth_type: "constructor" }, "auth type 'constructor'"],
  ["an auth_url that is none", { ...NOVA, auth_url: "keystone:5000" }, "auth_url 'keystone:5000'"],
];

for (const [name, options, words] of BAD) {
  Deno.test(`readCredentials refuses ${name}`, () => {
    const error = assertThrows(() => readCredentials(options, "[service_user]"), ToolError, words);
    assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
    assertStringIncludes(error.message, "([service_user])");
    assertEquals(error.message.includes("geheim"), false);
  });
}

Deno.test("keystoneUrl adds or replaces the version", () => {
  const expected = "http://h:5000/v3";
  for (const end of ["", "/", "/v3", "/v3/", "/v2.0", "/v2.0/"]) {
    assertEquals(keystoneUrl(`http://h:5000${end}`, "the test"), expected);
  }
  assertEquals(keystoneUrl("https://h/identity/", "the test"), "https://h/identity/v3");
});
