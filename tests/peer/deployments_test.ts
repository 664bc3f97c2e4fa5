/**
 * The recipes for systemd and podman, judged by systemd and by podman's own generator.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { snippets } from "../doubles/recipes.ts";
import { withFiles } from "../doubles/folder.ts";
import { peerTest } from "./peer.ts";

/** The one snippet of a recipe in this language. */
function snippet(recipe: string, language: string): string {
  const found = snippets().filter((one) => one.recipe === recipe && one.language === language);
  assertEquals(found.length, 1);
  return found[0]?.text ?? "";
}

async function output(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const ended = await new Deno.Command(program, { args: [...args], env }).output();
  const said = new TextDecoder().decode(ended.stdout) + new TextDecoder().decode(ended.stderr);
  assertEquals(ended.code, 0, said);
  return said;
}

const SERVICE = "[Service]\nExecStart=/bin/true\n";

peerTest(
  "deployments: systemd accepts the charm's drop-in",
  { programs: { "systemd-analyze": ["--version"] } },
  () =>
    withFiles({
      "nova-as-charmed.service": SERVICE,
      "nova-as-charmed.service.d/direct-path.conf": snippet("Juju charms", "ini"),
    }, async (folder) => {
      const unit = `${folder}/nova-as-charmed.service`;
      // Of the host's own units it complains as well.
      const said = await output("systemd-analyze", ["verify", "--man=no", unit]);
      assertEquals(/direct-path|charmed/.test(said), false, said);
    }),
);

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
