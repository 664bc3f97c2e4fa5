import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { transferArguments } from "@/commands/fetch_options.ts";
import { packagedService, renderUnits, type UnitPlace } from "@/commands/prefetch_units.ts";
import { readText } from "../house/tree.ts";

const FLAGS = { tag: ["golden"], property: [], concurrency: 2 } as const;
const PLACE: UnitPlace = { configSources: [], instancesPath: "/var/lib/nova/instances" };

function serviceOf(images: readonly string[], place: Partial<UnitPlace> = {}): string {
  const { json } = renderUnits(images, FLAGS, { ...PLACE, ...place });
  return (json as { service: string }).service;
}

function lineOf(unit: string, key: string): string | undefined {
  return unit.split("\n").find((line) => line.startsWith(`${key}=`));
}

Deno.test("renderUnits() runs the same command with the same configuration", () => {
  const configSources = [{ kind: "file", path: "/etc/nova/nova.conf" }] as const;
  assertEquals(
    lineOf(serviceOf(["debian-12"], { configSources }), "ExecStart"),
    "ExecStart=/usr/bin/glance-direct prefetch --config-file=/etc/nova/nova.conf --tag=golden " +
      "--concurrency=2 --keep-going -- debian-12",
  );
});

Deno.test("renderUnits() repeats the flags of the transfer", () => {
  const flags = {
    source: "rbd",
    fallback: false,
    verify: "size",
    allowUnhashed: true,
    trustedCert: ["a", "b"],
  } as const;
  const overrides = { "glance_direct.limit_rate": "50M", "DEFAULT.force_raw_images": "no flag" };
  const transfer = transferArguments(flags, overrides);
  const { json } = renderUnits([], { ...FLAGS, jitter: 90_000, transfer }, PLACE);
  assertStringIncludes(
    (json as { service: string }).service,
    " --concurrency=2 --jitter=90s --source=rbd --no-fallback --verify=size --allow-unhashed " +
      "--trusted-cert=a --trusted-cert=b --limit-rate=50M --keep-going\n",
  );
});

Deno.test("transferArguments() says nothing of what is the default", () => {
  const flags = { source: "auto", fallback: true, verify: "full", trustedCert: [] } as const;
  assertEquals(transferArguments(flags, {}), []);
});

Deno.test("renderUnits() lets the service write to the instances directory alone", () => {
  const unit = serviceOf([], { instancesPath: "/srv/nova instances/50%" });
  assertEquals(lineOf(unit, "ReadWritePaths"), `ReadWritePaths="-/srv/nova instances/50%%"`);
  const counted = serviceOf([], { metricsFile: "/var/lib/prometheus/node-exporter/x.prom" });
  assertEquals(
    lineOf(counted, "ReadWritePaths"),
    "ReadWritePaths=-/var/lib/nova/instances -/var/lib/prometheus/node-exporter",
  );
  assertEquals(lineOf(unit, "ProtectSystem"), "ProtectSystem=strict");
});

Deno.test("renderUnits() keeps systemd from reading anything into a name", () => {
  const command = lineOf(serviceOf(['a b"$HOME%h']), "ExecStart") ?? "";
  assert(command.endsWith(` -- "a b\\"$$HOME%%h"`), command);
});

Deno.test("packagedService() waits for its list, within the same sandbox", () => {
  const unit = packagedService();
  const sandbox = (text: string) => text.slice(text.indexOf("AmbientCapabilities="));
  const metricsFile = "/var/lib/prometheus/node-exporter/glance_direct.prom";
  assertEquals(sandbox(unit), sandbox(serviceOf([], { metricsFile })));
  assertStringIncludes(readText("README.md"), `metrics_file = ${metricsFile}\n`);
  assertStringIncludes(
    unit,
    "network-online.target\nConditionPathExists=/etc/glance-direct/images\n\n[Service]\n",
  );
});

Deno.test("renderUnits() runs the program in a container, as its engine's only process", () => {
  const service = serviceOf(["debian-12"], { exec: ["/usr/bin/docker", "exec", "nova_compute"] });
  assertEquals(
    lineOf(service, "ExecStart"),
    "ExecStart=/usr/bin/docker exec nova_compute glance-direct prefetch --tag=golden " +
      "--concurrency=2 --keep-going -- debian-12",
  );
  assertEquals(lineOf(service, "User"), undefined, "the engine needs root");
  assertEquals(lineOf(service, "ProtectSystem"), undefined);
});

Deno.test("renderUnits() mounts a volume in nova's place, as its owner", () => {
  const volume = { path: "/var/lib/docker/volumes/nova_compute/_data", uid: 42436, gid: 42437 };
  const service = serviceOf([], { volume });
  assertEquals(lineOf(service, "BindPaths"), `BindPaths=${volume.path}:/var/lib/nova`);
  assertEquals([lineOf(service, "User"), lineOf(service, "Group")], ["User=42436", "Group=42437"]);
  assertEquals(lineOf(service, "ReadWritePaths"), "ReadWritePaths=-/var/lib/nova/instances");
});
