import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { packagedService, renderUnits, type UnitPlace } from "@/commands/prefetch_units.ts";
import { readText } from "../house/tree.ts";

const PLACE: UnitPlace = { instancesPath: "/var/lib/nova/instances" };

function serviceOf(args: readonly string[], place: Partial<UnitPlace> = {}): string {
  const { json } = renderUnits(args, { ...PLACE, ...place });
  return (json as { service: string }).service;
}

function lineOf(unit: string, key: string): string | undefined {
  return unit.split("\n").find((line) => line.startsWith(`${key}=`));
}

Deno.test("renderUnits() runs prefetch with the given arguments", () => {
  assertEquals(
    lineOf(serviceOf(["--config-file=/etc/nova/nova.conf", "--tag=golden"]), "ExecStart"),
    "ExecStart=/usr/bin/glance-direct prefetch --config-file=/etc/nova/nova.conf --tag=golden",
  );
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
  const command = lineOf(serviceOf(["--", 'a b"$HOME%h']), "ExecStart") ?? "";
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
    "ExecStart=/usr/bin/docker exec nova_compute glance-direct prefetch debian-12",
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
