import { assertEquals } from "@std/assert";
import { renderHookStatus } from "@/commands/hook_status.ts";
import type { Installation } from "@/nova/hook_state.ts";
import { textOn } from "@/ui/page.ts";

const RDO: Installation = {
  way: "service",
  name: "openstack-nova-compute",
  state: "whole",
  path: null,
  remedy: null,
};

Deno.test("hook status suggests to install a hook that is nowhere, not to restart nova-compute", () => {
  const text = textOn(renderHookStatus({ installed: [], without: [], running: [] }).text);
  assertEquals(text, "the hook is not installed\n  hint: glance-direct hook install");
});

Deno.test("hook status suggests to restart the service that has the hook, by its own name", () => {
  const text = textOn(renderHookStatus({ installed: [RDO], without: [], running: [] }).text);
  assertEquals(
    text,
    [
      "service openstack-nova-compute: whole",
      "no running nova-compute has loaded it",
      "  hint: systemctl restart openstack-nova-compute",
    ].join("\n"),
  );
});

const KOLLA: Installation = { ...RDO, way: "container", name: "docker nova_compute" };

Deno.test("hook status suggests to restart the container that has the hook", () => {
  const text = textOn(renderHookStatus({ installed: [KOLLA], without: [], running: [] }).text);
  assertEquals(
    text,
    [
      "container docker nova_compute: whole",
      "no running nova-compute has loaded it",
      "  hint: docker restart nova_compute",
    ].join("\n"),
  );
});

Deno.test("hook status tells of containers without the hook, and what to mount", () => {
  const { json, text } = renderHookStatus({
    installed: [],
    without: ["podman nova_compute"],
    running: [],
  });
  assertEquals(json, { installed: [], without: ["podman nova_compute"], running: [] });
  assertEquals(
    textOn(text),
    "container podman nova_compute: without the hook\n" +
      "  hint: mount /usr/bin/glance-direct and the files of " +
      "/usr/lib/glance-direct/site-packages: see DEPLOYMENTS.md",
  );
});

Deno.test("hook status tells of each nova-compute in which container it has loaded what", () => {
  const running = {
    container: "docker nova_compute",
    pid: 7,
    module: "/venv/glance_direct_nova.py",
    version: "# older",
    program: "/usr/bin/glance-direct",
    programRuns: false,
  };
  const { json, text } = renderHookStatus({ installed: [KOLLA], without: [], running: [running] });
  const { version: _, programRuns: program_runs, ...rest } = running;
  assertEquals((json as { running: unknown }).running, [{ ...rest, program_runs, current: false }]);
  assertEquals(
    textOn(text),
    [
      "container docker nova_compute: whole",
      "nova-compute (pid 7 in docker nova_compute) has loaded '/venv/glance_direct_nova.py', " +
      "another version: restart nova-compute",
      "it calls '/usr/bin/glance-direct', which it cannot run",
    ].join("\n"),
  );
});
