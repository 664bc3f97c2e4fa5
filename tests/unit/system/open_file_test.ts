import { assertEquals } from "@std/assert";
import { systemFiles } from "@/system/files.ts";

const MIB = 1 << 20;

Deno.test("writeDown() does not block writing, renaming and flushing the file meanwhile", async () => {
  const directory = await Deno.makeTempDir();
  try {
    using file = systemFiles.createNew(`${directory}/file`, 0o600);
    const piece = new Uint8Array(MIB).fill(7);
    file.writeAt(piece, 0);
    const written = file.writeDown();
    for (let offset = MIB; offset < 16 * MIB; offset += MIB) file.writeAt(piece, offset);
    systemFiles.rename(`${directory}/file`, `${directory}/renamed`);
    file.sync();
    await written;
    assertEquals(file.stat().size, 16 * MIB);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
