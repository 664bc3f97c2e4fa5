import { assertEquals } from "@std/assert";
import { renderHookStatus } from "@/commands/hook_status.ts";
import type { Installation } from "@/nova/hook_state.ts";

const RDO: Installation = {
  way: "service",
  name: "openstack-nova-compute",
  state: "whole",
  path: null,
  remedy: null,
};

Deno.test("hook status suggests to install a hook that is nowhere, not to restart nova-compute", () => {
  const { text } = renderHookStatus([], undefined);
  assertEquals(text, "the hook is not installed\n  hint: glance-direct hook install");
});

Deno.test("hook status suggests to restart the service that has the hook, by its own name", () => {
  const { text } = renderHookStatus([RDO], undefined);
  assertEquals(
    text,
    [
      "service openstack-nova-compute: whole",
      "no running nova-compute has loaded it",
      "  hint: systemctl restart openstack-nova-compute, or restart the container",
    ].join("\n"),
  );
});
