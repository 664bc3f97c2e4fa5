/**
 * The option table against Debian's nova, keystoneauth and castellan: names, types, defaults, bounds
 * and deprecated names; and credentials from another section.
 */
import type { OptionGroups } from "@/config/option_spec.ts";
import { type OptionKey, OPTIONS } from "@/config/options.ts";
import { assert, assertEquals } from "@std/assert";
import { ownOutcomes } from "./oslo_config_outcome.ts";
import { peerTest, runPython } from "./python_peer.ts";

/** What the table says otherwise than Debian 12's nova 26.2.2, and why. */
const INTENDED: Partial<Record<OptionKey, string>> = {
  "DEFAULT.state_path": "what every distribution's nova.conf says, not the directory of the code",
  "DEFAULT.my_ip": "not found on the host: unset",
  "DEFAULT.host": "found on the host when it is read",
  "glance.allowed_direct_url_schemes": "removed in nova 23.0.0",
  "glance.timeout": "a float in newer keystoneauth",
  "service_user.timeout": "a float in newer keystoneauth",
  "keystone_authtoken.timeout": "keystonemiddleware calls it http_connect_timeout",
  "libvirt.images_cpu_time_limit": "newer than nova 26",
  "libvirt.images_address_space_limit": "newer than nova 26",
};

const CREDENTIALS = ["auth_url", "username", "password", "project_name"] as const;
const OWN = "[service_user]\nauth_type=password\nauth_url=http://own\nusername=own\npassword=p\n";
const OTHER = "[Other]\nauth_type=password\nauth_url=http://k\nuser-name=u\ntenant_name=t\n";
const FILES = [
  `${OWN}project_name=$username\n`,
  `${OWN}auth_section=Other\n${OTHER}password=$username-$project_name\n`,
  `${OWN}auth_section=other\n${OTHER}`,
];

const { ignore, reason } = await peerTest("nova", "keystonemiddleware");
const peer = ignore ? undefined : JSON.parse(
  await runPython("nova_options_peer.py", [JSON.stringify(FILES)]),
) as { options: Record<string, unknown>; credentials: Record<string, string | null>[] };

for (const [group, options] of Object.entries(OPTIONS as OptionGroups)) {
  if (group === "glance_direct") continue;
  Deno.test({
    name: `OPTIONS has [${group}] as nova has it${reason}`,
    ignore,
    fn: () => {
      for (const [name, spec] of Object.entries(options)) {
        const own = {
          type: spec.type,
          default: spec.default ?? null,
          choices: spec.choices ?? null,
          min: spec.min ?? null,
          deprecated: (spec.deprecated ?? [])
            .map((old) => old.includes(".") ? old : `${group}.${old}`).toSorted(),
          secret: spec.secret ?? false,
        };
        const key = `${group}.${name}`;
        if (!(key in INTENDED)) assertEquals(peer?.options[key], own, key);
      }
    },
  });
}

Deno.test({
  name: `the intended differences are differences${reason}`,
  ignore,
  fn: () => {
    for (const key of Object.keys(INTENDED)) {
      const [group = "", name = ""] = key.split(".");
      const spec = (OPTIONS as OptionGroups)[group]?.[name];
      const { type, default: text } = (peer?.options[key] ?? {}) as Record<string, unknown>;
      assert(spec !== undefined && (type !== spec.type || text !== (spec.default ?? null)), key);
    }
  },
});

Deno.test({
  name: `Config reads credentials from auth_section as keystoneauth does${reason}`,
  ignore,
  fn: () => {
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
      peer?.credentials.map((one) => CREDENTIALS.map((name) => ({ value: one[name] }))) ?? [],
    );
  },
});
