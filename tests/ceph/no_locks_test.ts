/**
 * A cache on a file system without locks, such as NFS without its lock daemon.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { writeNovaConf } from "@lab/ceph/nova_conf.ts";
import { tampered } from "./machine.ts";
import { ownImage } from "./own_image.ts";
import { failureOf, start } from "./tool.ts";

Deno.test("fetch without locks writes nothing, and names the doctor check that explains it", async () => {
  await using image = await ownImage();
  const directory = await Deno.makeTempDir({ prefix: "glance-direct-locks-" });
  try {
    const { conf, cache } = await writeNovaConf(directory);
    const words = ["fetch", image.id, "--config-file", conf, "-f", "json"];
    const wrapper = tampered("flock", "error=ENOLCK");
    const failure = failureOf(await start(words, { wrapper }).ended);
    assertEquals([failure.code, failure.exit_status], ["io", 74]);
    assertMatch(failure.message, /^Cannot lock '.*': No locks available/);
    assertMatch(failure.hints[0] ?? "", /glance-direct doctor cache\.lock$/);
    const names = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name);
    assertEquals(names.filter((name) => !name.endsWith(".lock")), []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
