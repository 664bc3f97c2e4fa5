import { assertEquals, assertMatch } from "@std/assert";
import type { CheckReport } from "@/doctor/examine.ts";
import { ToolError } from "@/errors.ts";
import { dropInOf, HOOK_UNIT, unitFiles } from "@/nova/hook_files.ts";
import { packagedService } from "@/commands/prefetch_units.ts";
import { ownedFiles } from "../../../doubles/owned_files.ts";
import { report } from "../host.ts";

const NOVA = "/usr/lib/systemd/system/nova-compute.service";
const PREFETCH = "/usr/lib/systemd/system/glance-direct-prefetch.service";
const LIMITS = "/etc/systemd/system/nova-compute.service.d/limits.conf";
const HOOKED: Readonly<Record<string, string>> = {
  [NOVA]: "[Service]\nUser=nova\n",
  ...Object.fromEntries(unitFiles(HOOK_UNIT).map(({ path, text }) => [path, text])),
};

async function limits(texts: Readonly<Record<string, string>>): Promise<CheckReport> {
  const files = Object.entries(texts).map(([path, text]) => [path, ["0:0 644", text] as const]);
  return await report("nova.limits", { files: ownedFiles(Object.fromEntries(files)) });
}

Deno.test("nova.limits is skipped where no service runs the program", async () => {
  const texts = { [NOVA]: "[Service]\nLimitAS=4G\n" };
  assertEquals((await limits(texts)).status, "skipped", "nova-compute without the hook");
});

Deno.test("nova.limits finds nothing in the services of the package", async () => {
  const { status, summary } = await limits({ ...HOOKED, [PREFETCH]: packagedService() });
  assertEquals([status, summary], [
    "ok",
    "The limits of nova-compute and glance-direct-prefetch let the program run",
  ]);
});

Deno.test("nova.limits names the drop-in of a limit, and what to write there", async () => {
  const { status, summary, hint } = await limits({
    ...HOOKED,
    [LIMITS]: "[Service]\nLimitAS=4G\n",
  });
  assertEquals([status, summary, hint], [
    "warning",
    `nova-compute has LimitAS=4G (${LIMITS}:2): the program reserves up to 65 GiB of addresses ` +
    "(not of memory), and cannot start",
    "write LimitAS=infinity there, then: systemctl daemon-reload && systemctl restart nova-compute",
  ]);
});

Deno.test("nova.limits suggests a drop-in where the package's unit has the limit", async () => {
  const unit = "[Service]\nMemoryDenyWriteExecute=yes\nLimitFSIZE=10G\n";
  const { hint, details } = await limits({ ...HOOKED, [NOVA]: unit });
  assertMatch(hint ?? "", /^write \[Service\] and LimitFSIZE=infinity with: systemctl edit nova-c/);
  assertMatch(
    details ?? "",
    /^nova-compute has MemoryDenyWriteExecute=yes .*; write \[Service/,
  );
});

Deno.test("nova.limits knows what 'systemctl set-property' wrote", async () => {
  const path = "/etc/systemd/system.control/nova-compute.service.d/50-MemoryMax.conf";
  const { hint } = await limits({ ...HOOKED, [path]: "[Service]\nMemoryMax=268435456\n" });
  assertEquals(hint, "systemctl set-property nova-compute MemoryMax=infinity");
});

Deno.test("nova.limits looks at a prefetch of one's own, and at a service of another name", async () => {
  const own = "[Service]\nMemoryDenyWriteExecute=yes\n";
  const { summary, hint } = await limits({ [PREFETCH.replace("/usr/lib", "/etc")]: own });
  assertMatch(summary, /^glance-direct-prefetch has MemoryDenyWriteExecute=yes/);
  assertMatch(hint ?? "", /then: systemctl daemon-reload$/, "a timer starts it");
  const rdo = "/usr/lib/systemd/system/openstack-nova-compute.service";
  const hooked = {
    ...HOOKED,
    [dropInOf("openstack-nova-compute")]: HOOKED[dropInOf(HOOK_UNIT)] ?? "",
  };
  const { summary: other } = await limits({ ...hooked, [rdo]: "[Service]\nLimitDATA=1G\n" });
  assertMatch(other, /^openstack-nova-compute has LimitDATA=1G/);
});

Deno.test("nova.limits is skipped where a drop-in may not be read", async () => {
  const owned = Object.entries({ ...HOOKED, [LIMITS]: "" })
    .map(([path, text]) => [path, ["0:0 644", text] as const]);
  const files = ownedFiles(Object.fromEntries(owned));
  const readText = (path: string) => {
    if (path !== LIMITS) return files.readText(path);
    throw new ToolError("permission_denied", `Cannot read '${path}': it is not readable`);
  };
  const { status, summary } = await report("nova.limits", { files: { ...files, readText } });
  assertEquals([status, summary], ["skipped", `Cannot read '${LIMITS}': it is not readable`]);
});
