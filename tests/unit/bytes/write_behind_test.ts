import { assertEquals } from "@std/assert";
import { WriteBehind } from "@/bytes/write_behind.ts";

const MIB = 1 << 20;

/** A file whose write-downs end when the test says so. */
function slowFile() {
  const pending: PromiseWithResolvers<void>[] = [];
  const writeDown = () => {
    const one = Promise.withResolvers<void>();
    pending.push(one);
    return one.promise;
  };
  return { pending, writeDown };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("WriteBehind begins after each 64 MiB", async () => {
  const file = slowFile();
  const behind = new WriteBehind(file);
  for (let mib = 0; mib < 200; mib++) {
    behind.wrote(MIB);
    for (const one of file.pending) one.resolve();
    await settle();
  }
  assertEquals(file.pending.length, 3);
});

Deno.test("WriteBehind has one write-down at a time, and catches up after it", async () => {
  const file = slowFile();
  const behind = new WriteBehind(file);
  for (let mib = 0; mib < 200; mib++) behind.wrote(MIB);
  assertEquals(file.pending.length, 1);
  file.pending[0]?.resolve();
  await settle();
  behind.wrote(MIB);
  assertEquals(file.pending.length, 2);
});

Deno.test("WriteBehind leaves a failure for the writer's own flush to report", async () => {
  const file = slowFile();
  const behind = new WriteBehind(file);
  behind.wrote(64 * MIB);
  file.pending[0]?.reject(new Error("EIO"));
  await settle();
  behind.wrote(64 * MIB);
  assertEquals(file.pending.length, 2);
});
