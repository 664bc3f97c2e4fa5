import { assertEquals, assertThrows } from "@std/assert";
import type { FileInfo, Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { NEWEST_RULES, novaRules } from "@/formats/nova_rules.ts";
import { hostNovaRules } from "@/nova/release.ts";

/** The rules on a host with these directories and settings. */
function rulesOn(
  tree: Readonly<Record<string, readonly string[]>>,
  settings: Readonly<Record<string, string>> = {},
) {
  const values = { "DEFAULT.pybasedir": "/usr/lib/python3/dist-packages", ...settings };
  const config = {
    get: (key: string) => (values as Record<string, string>)[key],
    originOf: () => "/etc/nova/nova.conf:1",
  } as unknown as Parameters<typeof hostNovaRules>[0];
  const files = {
    list(directory: string) {
      if (directory === DENIED) throw new ToolError("permission_denied", "Cannot list it");
      return tree[directory] ?? [];
    },
    stat: (path: string) =>
      path in tree ? { isDirectory: true, dev: 1, ino: path.length } as FileInfo : undefined,
  } as unknown as Files;
  return hostNovaRules(config, files);
}

const DEBIAN = "/usr/lib/python3/dist-packages";
const DENIED = "/usr/lib";
const INSPECTOR = "nova/image/format_inspector.py";

Deno.test("hostNovaRules() are those of the nova that Debian installed, pip or a distribution", () => {
  assertEquals(rulesOn({ [DEBIAN]: ["nova-31.0.0.egg-info"] }), novaRules(31));
  assertEquals(rulesOn({ [DEBIAN]: ["novaclient", "nova-30.0.0.dist-info"] }), novaRules(30));
  const old = { [DEBIAN]: ["nova", "nova-26.2.2.egg-info"], [`${DEBIAN}/${INSPECTOR}`]: [] };
  assertEquals(rulesOn(old), novaRules(26));
});

Deno.test("hostNovaRules() see whether an older nova has learned to inspect", () => {
  assertEquals(rulesOn({ [DEBIAN]: ["nova-26.2.0.egg-info"] }), novaRules(26, false));
});

Deno.test("hostNovaRules() look into the venvs of Kolla, OpenStack-Helm and OpenStack-Ansible", () => {
  const below = (prefix: string) => ({
    [`${prefix}/lib`]: ["python3.11"],
    [`${prefix}/lib/python3.11/site-packages`]: ["nova-30.1.0.dist-info"],
  });
  for (const prefix of ["/var/lib/kolla/venv", "/var/lib/openstack"]) {
    assertEquals(rulesOn(below(prefix)), novaRules(30));
  }
  const venv = below("/openstack/venvs/nova-30.1.0");
  assertEquals(
    rulesOn({ ...venv, "/openstack/venvs": ["glance-1", "nova-30.1.0"] }),
    novaRules(30),
  );
});

Deno.test("hostNovaRules() are the newest if no nova is found, or it cannot be read", () => {
  assertEquals(rulesOn({ [DEBIAN]: ["novaclient-18.0.0.egg-info"] }), NEWEST_RULES);
});

Deno.test("hostNovaRules() follow the setting: a year, a version, a name", () => {
  const tree = { [DEBIAN]: ["nova-31.0.0.egg-info"] };
  const expected = {
    "2023.1": 27,
    "2024.1": 29,
    "2024.2": 30,
    "2025.1": 31,
    "2026.2": 34,
    "29": 29,
    "30.2.1": 30,
    "Zed": 26,
    "victoria": 22,
  };
  for (const [release, major] of Object.entries(expected)) {
    const rules = rulesOn(tree, { "glance_direct.nova_release": release });
    assertEquals(rules, novaRules(major), release);
  }
});

Deno.test("hostNovaRules() refuse a setting that is not a release: config_invalid, with the place", () => {
  for (const release of ["", "2024.3", "newest", "3"]) {
    const error = assertThrows(
      () => rulesOn({}, { "glance_direct.nova_release": release }),
      ToolError,
      "/etc/nova/nova.conf:1",
    );
    assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
  }
});
