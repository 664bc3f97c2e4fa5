/**
 * Variables of a systemd unit, as its files in their order set them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { variableAround } from "@/nova/unit_environment.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const UNIT = "nova-compute.service";
const DROP_IN = `/etc/systemd/system/${UNIT}.d/glance-direct.conf`;

/** What PYTHONPATH is around the drop-in when the host has these files. */
async function around(files: Readonly<Record<string, string>>) {
  let found;
  await withFiles(files, (root) => {
    found = variableAround(systemFiles, root, UNIT, DROP_IN, "PYTHONPATH");
  });
  return found;
}

/** A unit file, or drop-in, with these settings. */
function service(...settings: readonly string[]): string {
  return ["[Unit]", "Description=x", "[Service]", ...settings, "[Install]", ""].join("\n");
}

const NOTHING = { before: undefined, replacedBy: [] };

Deno.test("variableAround() finds nothing on a host without the unit", async () => {
  assertEquals(await around({}), NOTHING);
});

/** Lines of `[Service]`, and the value that systemd gives PYTHONPATH. */
const VALUES = [
  [["Environment=PYTHONPATH=/opt/a"], "/opt/a"],
  [["Environment=A=1 PYTHONPATH=/opt/a B=2"], "/opt/a"],
  [['Environment="PYTHONPATH=/opt/a b" X=1'], "/opt/a b"],
  [["Environment='PYTHONPATH=/opt/\"a' X=1"], '/opt/"a'],
  [['Environment="PYTHONPATH=/opt/\\"a"'], '/opt/"a'],
  [["Environment=PYTHONPATH=/opt/a\\ b"], "/opt/a b"],
  [["Environment=PYTHONPATH=%h/lib"], "%h/lib"],
  [["Environment=A=1 \\", "  PYTHONPATH=/opt/a"], "/opt/a"],
  [["Environment=PYTHONPATH=/opt/a", "Environment=PYTHONPATH=/opt/b"], "/opt/b"],
  [["Environment=PYTHONPATH=/opt/a", "Environment="], undefined],
  [["Environment=PYTHONPATH="], ""],
  [["#Environment=PYTHONPATH=/opt/a", ";Environment=PYTHONPATH=/opt/a"], undefined],
  [["Environment=MYPYTHONPATH=/opt/a", 'Environment="X=a PYTHONPATH=b"'], undefined],
  [["[Unit]", "Environment=PYTHONPATH=/opt/a"], undefined],
] as const;

for (const [lines, before] of VALUES) {
  Deno.test(`variableAround() reads ${JSON.stringify(lines)} as systemd does`, async () => {
    const files = { [`lib/systemd/system/${UNIT}`]: service(...lines) };
    assertEquals(await around(files), { ...NOTHING, before });
  });
}

Deno.test("variableAround() takes the unit of the first directory", async () => {
  const files = {
    [`lib/systemd/system/${UNIT}`]: service("Environment=PYTHONPATH=/opt/package"),
    [`etc/systemd/system/${UNIT}`]: service("Environment=PYTHONPATH=/opt/admin"),
  };
  assertEquals(await around(files), { ...NOTHING, before: "/opt/admin" });
});

Deno.test("variableAround() reads earlier drop-ins over the unit, and later ones as replacing", async () => {
  const files = {
    [`lib/systemd/system/${UNIT}`]: service("Environment=PYTHONPATH=/opt/unit"),
    [`run/systemd/system/${UNIT}.d/a.conf`]: service("Environment=PYTHONPATH=/opt/early"),
    [`etc/systemd/system/${UNIT}.d/override.conf`]: service("Environment=PYTHONPATH=/opt/late"),
    [`etc/systemd/system/${UNIT}.d/zz.conf`]: service("Environment=OTHER=1"),
    [`etc/systemd/system/${UNIT}.d/notes.txt`]: service("Environment=PYTHONPATH=/opt/no"),
  };
  assertEquals(await around(files), {
    before: "/opt/early",
    replacedBy: [`/etc/systemd/system/${UNIT}.d/override.conf`],
  });
});

Deno.test("variableAround() lets a drop-in hide one of the same name further down", async () => {
  const files = {
    [`lib/systemd/system/${UNIT}.d/a.conf`]: service("Environment=PYTHONPATH=/opt/hidden"),
    [`etc/systemd/system/${UNIT}.d/a.conf`]: service("Environment=A=1"),
  };
  assertEquals(await around(files), NOTHING);
});

Deno.test("variableAround() leaves the drop-in itself aside", async () => {
  const files = { [DROP_IN.slice(1)]: service("Environment=PYTHONPATH=/opt/own") };
  assertEquals(await around(files), NOTHING);
});

Deno.test("variableAround() names environment files that replace the variable", async () => {
  const files = {
    [`lib/systemd/system/${UNIT}`]: service(
      "EnvironmentFile=-/etc/sysconfig/nova",
      "EnvironmentFile=/gone",
    ),
    "etc/sysconfig/nova": "A=1\nPYTHONPATH=/opt/file\n",
    "etc/default/nova-compute": "export PYTHONPATH=/opt/sourced\n",
    "etc/default/openstack": "#PYTHONPATH=/opt/no\n",
  };
  assertEquals(await around(files), {
    before: undefined,
    replacedBy: ["/etc/sysconfig/nova", "/etc/default/nova-compute"],
  });
});
