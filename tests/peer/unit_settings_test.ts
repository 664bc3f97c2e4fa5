/**
 * The settings of a service, as systemd itself reads its unit file and drop-ins.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { UnitSettings } from "@/nova/unit_settings.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../doubles/folder.ts";
import { peerTest } from "./peer.ts";

const NAME = "MemoryDenyWriteExecute";
const [YES, NO] = [`[Service]\n${NAME}=yes\n`, `[Service]\n${NAME}=no\n`];
const MAIN = "usr/lib/systemd/system/nova-compute.service";

/** Files below the root; every one but the last in effect says the contrary. */
const CASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "the unit file alone": { [MAIN]: YES },
  "a unit file in /etc replaces the package's": {
    [MAIN]: NO,
    "etc/systemd/system/nova-compute.service": YES,
  },
  "a drop-in of the package beats a unit file in /etc": {
    "etc/systemd/system/nova-compute.service": NO,
    "usr/lib/systemd/system/nova-compute.service.d/a.conf": YES,
  },
  "drop-ins are sorted by name, not by directory": {
    [MAIN]: NO,
    "etc/systemd/system/nova-compute.service.d/10-a.conf": NO,
    "run/systemd/system/nova-compute.service.d/20-a.conf": NO,
    "usr/lib/systemd/system/nova-compute.service.d/30-a.conf": YES,
  },
  "capitals come before small letters": {
    [MAIN]: NO,
    "etc/systemd/system/nova-compute.service.d/Z.conf": NO,
    "etc/systemd/system/nova-compute.service.d/a.conf": YES,
  },
  "of equal names, the one in /etc counts": {
    [MAIN]: NO,
    "etc/systemd/system/nova-compute.service.d/a.conf": YES,
    "usr/lib/systemd/system/nova-compute.service.d/a.conf": NO,
  },
  "of equal names, /etc counts before the full name": {
    [MAIN]: NO,
    "etc/systemd/system/nova-.service.d/a.conf": YES,
    "usr/lib/systemd/system/nova-compute.service.d/a.conf": NO,
  },
  "of equal names in one directory, the full name counts": {
    [MAIN]: NO,
    "etc/systemd/system/nova-.service.d/a.conf": NO,
    "etc/systemd/system/nova-compute.service.d/a.conf": YES,
  },
  "drop-ins of all services are among them": {
    [MAIN]: NO,
    "etc/systemd/system/service.d/a.conf": YES,
  },
  "those of 'systemctl set-property' as well": {
    [MAIN]: NO,
    "etc/systemd/system.control/nova-compute.service.d/50-a.conf": YES,
  },
  "another ending is no drop-in": {
    [MAIN]: YES,
    "etc/systemd/system/nova-compute.service.d/a.conf.rpmsave": NO,
  },
  "the last assignment counts": { [MAIN]: `${NO}${NAME} = yes\n` },
  "comments": { [MAIN]: `${YES}#${NAME}=no\n ; ${NAME}=no\n` },
  "other sections": { [MAIN]: `${YES}[X-Own]\n${NAME}=no\n` },
  "a continued line": { [MAIN]: `[Service]\n${NAME}=\\\n# a comment\nyes\n` },
  "a continued line of another setting": {
    [MAIN]: `${YES}Environment=A=B\\\n${NAME}=no\n`,
  },
  "a carriage return": { [MAIN]: `[Service]\r\n${NAME}=yes\r\n` },
};

/** Of a list, an empty assignment resets what was before it. */
const LISTS: Readonly<Record<string, string>> = {
  "a list": "SupplementaryGroups=a\nSupplementaryGroups=b c\n",
  "a list that is reset": "SupplementaryGroups=a\nSupplementaryGroups=\n",
  "a list that is begun anew":
    "SupplementaryGroups=a\nSupplementaryGroups=\nSupplementaryGroups=b\n",
};

const PEERS = { programs: { "systemd-analyze": ["--version"] } };

for (const [what, texts] of Object.entries(CASES)) {
  peerTest(`UnitSettings reads as systemd does: ${what}`, PEERS, async () => {
    const ours = (settings: UnitSettings) => settings.all(NAME).at(-1)?.value === "yes";
    await compare(texts, NAME, ours);
  });
}

for (const [what, lines] of Object.entries(LISTS)) {
  peerTest(`UnitSettings reads as systemd does: ${what}`, PEERS, async () => {
    const ours = (settings: UnitSettings) => settings.list("SupplementaryGroups").length > 0;
    // systemd speaks of "no supplementary groups" where there are none.
    await compare({ [MAIN]: `[Service]\n${lines}` }, "SupplementaryGroups", (all) => !ours(all));
  });
}

/** Compares whether a setting is in effect, for a host with these files. */
async function compare(
  texts: Readonly<Record<string, string>>,
  name: string,
  ours: (settings: UnitSettings) => boolean,
): Promise<void> {
  const files = Object.entries(texts).map(([path, text]) => {
    const start = path.endsWith(".service") ? "[Service]\nExecStart=/bin/true\nUser=nova\n" : "";
    return [path, `${start}${text}`];
  });
  await withFiles(Object.fromEntries(files), async (root) => {
    const isSet = ours(UnitSettings.read(systemFiles, root, "nova-compute"));
    assertEquals(isSet, await systemdSays(root, name));
  });
}

/** What systemd finds of the setting. */
async function systemdSays(root: string, name: string): Promise<boolean> {
  const service = ["--offline=true", "--json=short", `--root=${root}`, "nova-compute.service"];
  const { stdout } = await new Deno.Command("systemd-analyze", { args: ["security", ...service] })
    .output();
  const all = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly json_field: string;
    readonly set: boolean;
  }[];
  const found = all.find((each) => each.json_field === name);
  if (found === undefined) throw new Error(`systemd-analyze does not report ${name}`);
  return found.set;
}
