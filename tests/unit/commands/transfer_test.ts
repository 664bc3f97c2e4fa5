/**
 * Problems that are found before the first byte.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { startLab } from "@lab/embedded/lab.ts";
import { QEMU_IMG_PROGRAM } from "@/cache/qemu_img_program.ts";
import { systemFiles } from "@/system/files.ts";
import { cliWith } from "../../doubles/cli.ts";

const RAW_BASES = { nova: { "DEFAULT.force_raw_images": "true" } };
const WITHOUT_QEMU = {
  files: {
    ...systemFiles,
    stat: (path: string) => path === QEMU_IMG_PROGRAM ? undefined : systemFiles.stat(path),
  },
};

for (const args of [["fetch"], ["fetch", "--dry-run"], ["prefetch"]]) {
  Deno.test(`${args.join(" ")} without qemu-img ends before the first byte, and names its package`, async () => {
    await using lab = startLab(RAW_BASES);
    const image = lab.addImage({ content: dense(noise(1000)), diskFormat: "qcow2" });
    const conf = `--config-file=${lab.novaConf}`;
    const { err, out, status } = await cliWith(WITHOUT_QEMU, ...args, image.id, conf, "-fjson");
    assertEquals([status, out], [73, ""]);
    const { code, hints } = JSON.parse(err.trim().split("\n").at(-1) ?? "");
    assertEquals(code, "cannot_create");
    assertMatch(hints[0], /^apt-get install qemu-utils\b/);
    assertEquals(lab.glance.server.requestsFor(lab.glance.filePath(image.id)), []);
    assertEquals(await Array.fromAsync(Deno.readDir(lab.instances)), []);
  });
}

Deno.test("fetch without qemu-img succeeds for images that are not converted", async () => {
  await using lab = startLab(RAW_BASES);
  const image = lab.addImage({ content: dense(noise(1000)), diskFormat: "raw", rbd: null });
  const conf = `--config-file=${lab.novaConf}`;
  const { status } = await cliWith(WITHOUT_QEMU, "fetch", image.id, conf);
  assertEquals(status, 0);
});
