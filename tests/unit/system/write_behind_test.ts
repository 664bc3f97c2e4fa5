import { assertEquals } from "@std/assert";
import { systemFiles } from "@/system/files.ts";
import { WriteBehind } from "@/system/write_behind.ts";

const MIB = 1 << 20;

Deno.test("WriteBehind keeps nobody from writing, renaming and flushing the file meanwhile", async () => {
  const directory = await Deno.makeTempDir();
  try {
    using file = systemFiles.createNew(`${directory}/file`, 0o600);
    const behind = new WriteBehind(`${directory}/file`);
    const piece = new Uint8Array(MIB).fill(7);
    for (let offset = 0; offset < 16 * MIB; offset += MIB) {
      file.writeAt(piece, offset);
      behind.wrote(32 * MIB);
    }
    systemFiles.rename(`${directory}/file`, `${directory}/renamed`);
    file.sync();
    await behind.idle;
    assertEquals(file.stat().size, 16 * MIB);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("WriteBehind leaves a failure to the flush of the writer", async () => {
  const behind = new WriteBehind("/nonexistent/file");
  behind.wrote(1024 * MIB);
  await behind.idle;
});
