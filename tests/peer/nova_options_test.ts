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
import { peerTest, peerVersion, runPython } from "./peer.ts";

/** What the table says otherwise than the peer. */
interface Difference {
  readonly why: string;
  /** The version of a package from which on it is one. */
  readonly since?: readonly [Package, number];
  /** The version of a package from which on it is none any more. */
  readonly until?: readonly [Package, number];
}

const INTENDED: Partial<Record<OptionKey, Difference>> = {
  "DEFAULT.state_path": {
    why: "what every distribution's nova.conf says, not the directory of the code",
  },
  "DEFAULT.my_ip": { why: "not found on the host: unset" },
  "DEFAULT.host": { why: "found on the host when it is read" },
  "glance.allowed_direct_url_schemes": { why: "removed in nova 23.0.0" },
  "glance.timeout": {
    why: "a fraction of a second is read, as newer keystoneauth does",
    until: ["keystoneauth1", 5.17],
  },
  "barbican.barbican_endpoint": {
    why: "text that is no URL is refused when it is used, not when it is read",
    since: ["castellan", 5.08],
  },
};

/** Packages whose versions decide. */
const PACKAGES = ["castellan", "keystoneauth1"] as const;

type Package = (typeof PACKAGES)[number];

/** Options of newer keystoneauth: an older one does not have them. */
const NEWER =
  /^(?:glance\.retriable_status_codes|(?:glance|service_user)\.tls_(?:ciphers|min_version))$/;

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

/** The differences from the peer that is installed. */
async function intended(): Promise<readonly string[]> {
  const versions = Object.fromEntries(
    await Promise.all(PACKAGES.map(async (name) => [name, await peerVersion(name)] as const)),
  ) as Record<Package, number>;
  const isThere = ({ since, until }: Difference) =>
    (since === undefined || versions[since[0]] >= since[1]) &&
    (until === undefined || versions[until[0]] < until[1]);
  return Object.entries(INTENDED).filter(([, one]) => isThere(one)).map(([key]) => key);
}

for (const [group, options] of Object.entries(OPTIONS as OptionGroups)) {
  if (group === "glance_direct") continue;
  peerTest(`OPTIONS has [${group}] as nova has it`, PEERS, async () => {
    const [peer, differences] = [await nova(), await intended()];
    for (const [name, spec] of Object.entries(options)) {
      const key = `${group}.${name}`;
      if (NEWER.test(key) && !(key in peer.options)) continue;
      if (!differences.includes(key)) assertEquals(described(spec, group), peer.options[key], key);
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
  for (const key of await intended()) {
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
