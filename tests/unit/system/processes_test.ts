import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { systemProcesses } from "@/system/processes.ts";

for (
  const [debianPackage, hints] of [["qemu-utils", ["apt-get install qemu-utils"]], [
    undefined,
    [],
  ]] as const
) {
  Deno.test(`spawn() of a missing program hints at ${debianPackage ?? "nothing it does not know"}`, () => {
    const options = debianPackage === undefined ? {} : { debianPackage };
    const start = () => systemProcesses.spawn(["/nonexistent/program"], options);
    const error = assertThrows(start, ToolError, "'/nonexistent/program': it is not installed");
    assertEquals(error.hints, hints);
  });
}
