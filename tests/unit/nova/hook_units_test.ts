/**
 * Names of services, as they are given to `hook install --unit`.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { parseUnit } from "@/nova/hook_units.ts";

Deno.test("parseUnit() accepts a service's name with and without '.service'", () => {
  assertEquals(parseUnit("openstack-nova-compute"), "openstack-nova-compute");
  assertEquals(parseUnit("nova-compute@gpu.service"), "nova-compute@gpu");
});

for (const text of ["", ".service", "a/b", "../x", "..", "nova compute", "n\n", "n".repeat(241)]) {
  Deno.test(`parseUnit() refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
    assertThrows(() => parseUnit(text), ToolError, "it is not a service name");
  });
}
