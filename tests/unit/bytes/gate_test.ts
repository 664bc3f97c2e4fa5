import { assert, assertEquals, assertRejects } from "@std/assert";
import { Gate } from "@/bytes/gate.ts";
import { collectGarbage } from "../../doubles/garbage.ts";

Deno.test("Gate.until() does not wait for a true condition, and checks again at each touch", async () => {
  const gate = new Gate();
  await gate.until(() => true);
  let seen = 0;
  const wait = gate.until(() => ++seen === 3);
  for (const looks of [1, 2]) {
    assertEquals(seen, looks);
    gate.touch();
    await Promise.resolve();
  }
  await wait;
  assertEquals(seen, 3);
});

Deno.test("Gate.until() ends with the first failure, whether that comes before, meanwhile or with success", async () => {
  const gate = new Gate();
  const wait = gate.until(() => false);
  gate.fail(new Error("first"));
  gate.fail(new Error("second"));
  await assertRejects(() => wait, Error, "first");
  await assertRejects(() => gate.until(() => true), Error, "first");
});

Deno.test("Gate keeps nothing after a wait: memory does not grow with the image", async () => {
  const gate = new Gate();
  let isOpen = false;
  await collectGarbage();
  const before = Deno.memoryUsage().heapUsed;
  for (let turn = 0; turn < 50_000; turn++) {
    isOpen = false;
    const wait = gate.until(() => isOpen);
    isOpen = true;
    gate.touch();
    await wait;
  }
  await collectGarbage();
  const grown = Deno.memoryUsage().heapUsed - before;
  // A promise that outlives the waits would keep 15 MB.
  assert(grown < 3_000_000, `${grown} bytes more`);
});
