/**
 * The recipe for podman, judged by podman's own generator.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { snippet } from "../doubles/recipes.ts";
import { withFiles } from "../doubles/folder.ts";

async function output(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const ended = await new Deno.Command(program, { args: [...args], env }).output();
  const said = new TextDecoder().decode(ended.stdout) + new TextDecoder().decode(ended.stderr);
  assertEquals(ended.code, 0, said);
  return said;
}

const QUADLET = "/usr/libexec/podman/quadlet";

// Podman has it since 4.4; the drop-in of a container, since 5.0.
if (await exists(QUADLET)) {
  Deno.test("deployments: podman's generator puts RHOSO's mounts into the service", () =>
    withFiles({
      "nova_compute.container": "[Container]\nImage=nova\nContainerName=nova_compute\n",
      "nova_compute.container.d/glance-direct.conf": snippet("RHOSO (edpm)", "ini"),
    }, async (folder) => {
      const service = await output(QUADLET, ["-dryrun"], { QUADLET_UNIT_DIRS: folder });
      for (const name of ["glance-direct", "glance_direct_nova.py", "glance_direct_nova.pth"]) {
        assertStringIncludes(service, `/${name}:ro`);
      }
    }));
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
