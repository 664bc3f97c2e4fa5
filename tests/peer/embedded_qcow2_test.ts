/**
 * The qcow2 images of the embedded lab are valid for QEMU.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { dense, digest, sparse, writeSparse } from "@lab/embedded/content.ts";
import { qcow2 } from "@lab/embedded/qcow2.ts";

const PROGRAM = "/usr/bin/qemu-img";
const missing = Deno.env.get("GLANCE_DIRECT_REQUIRE_PEERS") === undefined && !exists(PROGRAM);
if (missing) Deno.stderr.writeSync(new TextEncoder().encode(`skipped: no ${PROGRAM}\n`));

for (
  const [name, size] of Object.entries({ "whole clusters": 8 << 20, "a last part": 5_000_192 })
) {
  Deno.test({
    name: `qcow2: QEMU finds nothing to repair and reads the same disk, of ${name}`,
    ignore: missing,
    fn() {
      const disk = sparse(size, { 0: 100_000, 700_000: 3, [size - 9]: 9 });
      const directory = Deno.makeTempDirSync();
      try {
        writeSparse(qcow2(disk), `${directory}/image.qcow2`);
        qemuImg("check", "-f", "qcow2", `${directory}/image.qcow2`);
        qemuImg(
          "convert",
          "-f",
          "qcow2",
          "-O",
          "raw",
          `${directory}/image.qcow2`,
          `${directory}/raw`,
        );
        const found = Deno.readFileSync(`${directory}/raw`).subarray(0, size);
        assertEquals(digest(dense(found), "sha256"), digest(disk, "sha256"));
      } finally {
        Deno.removeSync(directory, { recursive: true });
      }
    },
  });
}

function qemuImg(...args: readonly string[]): void {
  const { code, stderr } = new Deno.Command(PROGRAM, { args: [...args] }).outputSync();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
