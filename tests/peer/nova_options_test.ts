/**
 * The option table against Debian's nova, keystoneauth and castellan: names, types, defaults, bounds
 * and deprecated names; and credentials from another section.
 *
 * @module
 */
import type { OptionGroups, OptionSpec } from "@/config/option_spec.ts";
import { type OptionKey, OPTIONS } from "@/config/options.ts";
import { assert, assertEquals } from "@std/assert";
import { ownOutcomes } from "./oslo_config_outcome.ts";
import { peerTest, runPython } from "./peer.ts";

/** What the table says otherwise than Debian 12's nova 26.2.2, and why. */
const INTENDED: Partial<Record<OptionKey, string>> = {
  "DEFAULT.state_path": "what every distribution's nova.conf says, not the directory of the code",
  "DEFAULT.my_ip": "not found on the host: unset",
  "DEFAULT.host": "found on the host when it is read",
  "glance.allowed_direct_url_schemes": "removed in nova 23.0.0",
  "glance.timeout": "a float in newer keystoneauth",
};

/** Options of keystoneauth 5.17 and later, which older ones cannot be asked about. */
const NEWER = /^(?:glance|service_user)\.tls_(?:ciphers|min_version)$/;

const CREDENTIALS = ["auth_url", "username", "password", "project_name"] as const;
const OWN = "[service_user]\nauth_type=password\nauth_url=http://own\nusername=own\npassword=p\n";
const OTHER = "[Other]\nauth_type=password\nauth_url=http://k\nuser-name=u\ntenant_name=t\n";
const FILES = [
  `${OWN}project_name=$username\n`,
  `${OWN}auth_section=Other\n${OTHER}password=$username-$project_name\n`,
  `${OWN}auth_section=other\n${OTHER}`,
];

const PEERS = { modules: ["nova", "keystonemiddleware", "castellan"] };

/** What nova_options_peer.py prints. */
interface NovaOptions {
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly credentials: readonly Readonly<Record<string, string | null>>[];
}

let answer: Promise<unknown> | undefined;

/** Importing nova takes seconds: once for all tests. */
async function nova(): Promise<NovaOptions> {
  return await (answer ??= runPython("nova_options_peer.py", JSON.stringify(FILES))) as NovaOptions;
}

for (const [group, options] of Object.entries(OPTIONS as OptionGroups)) {
  if (group === "glance_direct") continue;
  peerTest(`OPTIONS has [${group}] as nova has it`, PEERS, async () => {
    const peer = await nova();
    for (const [name, spec] of Object.entries(options)) {
      const key = `${group}.${name}`;
      if (NEWER.test(key) && !(key in peer.options)) continue;
      if (!(key in INTENDED)) assertEquals(described(spec, group), peer.options[key], key);
    }
  });
}

function described(spec: OptionSpec, group: string): unknown {
  const full = (old: string) => old.includes(".") ? old : `${group}.${old}`;
  return {
    type: spec.type,
    default: spec.default ?? null,
    choices: spec.choices ?? null,
    min: spec.min ?? null,
    deprecated: (spec.deprecated ?? []).map(full).toSorted(),
    secret: spec.secret ?? false,
  };
}

peerTest("the intended differences from nova's options are still differences", PEERS, async () => {
  const peer = await nova();
  for (const key of Object.keys(INTENDED)) {
    const [group = "", name = ""] = key.split(".");
    const spec = (OPTIONS as OptionGroups)[group]?.[name];
    const { type, default: text } = peer.options[key] ?? {};
    assert(spec !== undefined && (type !== spec.type || text !== (spec.default ?? null)), key);
  }
});

peerTest("Config reads credentials from auth_section as keystoneauth does", PEERS, async () => {
  const { credentials } = await nova();
  const outcomes = FILES.map((text) =>
    ownOutcomes({
      title: text,
      files: { "/nova.conf": text },
      args: ["--config-file", "/nova.conf"],
      env: {},
      keys: CREDENTIALS.map((name) => `service_user.${name}`),
    })
  );
  assertEquals(
    outcomes,
    credentials.map((one) => CREDENTIALS.map((name) => ({ value: one[name] }))),
  );
});
