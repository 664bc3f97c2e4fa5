import { assertEquals, assertRejects } from "@std/assert";
import { systemFiles } from "@/system/files.ts";
import { WriteBehind } from "@/system/write_behind.ts";

const MIB = 1 << 20;

Deno.test("SystemFile.writeAt() goes on while what it wrote is written down", async () => {
  const directory = await Deno.makeTempDir();
  try {
    using file = systemFiles.createNew(`${directory}/file`, 0o600);
    const piece = new Uint8Array(MIB).fill(7);
    for (let offset = 0; offset < 130 * MIB; offset += MIB) file.writeAt(piece, offset);
    await Deno.rename(`${directory}/file`, `${directory}/renamed`);
    file.sync();
    assertEquals(file.stat().size, 130 * MIB);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("WriteBehind leaves a failure to the flush of the writer", async () => {
  const missing = "/nonexistent/file";
  new WriteBehind(missing).wrote(1024 * MIB);
  // Whoever opens it later fails later: by then an unhandled failure would have ended the test.
  await assertRejects(() => Deno.open(missing, { write: true }), Deno.errors.NotFound);
});
