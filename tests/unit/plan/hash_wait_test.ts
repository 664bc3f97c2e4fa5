import { assertEquals } from "@std/assert";
import { withHash } from "@/plan/hash_wait.ts";
import { memoryConfig } from "../config/memory_config.ts";
import { FakeClock } from "../../doubles/clock.ts";
import { imageOf } from "../../doubles/image.ts";

const pending = imageOf("x", { hash: null, hashPending: true });

function parts(answers: readonly ReturnType<typeof imageOf>[]) {
  const clock = new FakeClock({ runsBelow: Infinity });
  const asked: string[] = [];
  const client = {
    show: (id: string) => Promise.resolve(answers[Math.min(asked.push(id), answers.length) - 1]!),
  };
  return { clock, asked, config: memoryConfig(), client, context: { clock, log: () => {} } };
}

const signal = new AbortController().signal;

Deno.test("withHash() looks again until the hash is there", async () => {
  const given = parts([pending, imageOf("x")]);
  assertEquals((await withHash(given, pending, signal)).hash?.algorithm, "sha512");
  assertEquals(given.asked.length, 2);
});

Deno.test("withHash() gives up after [glance_direct]hash_wait and leaves the verdict to the caller", async () => {
  const given = parts([pending]);
  assertEquals((await withHash(given, pending, signal)).hash, null);
  assertEquals(given.clock.now(), 60_000);
});

Deno.test("withHash() sends no request for a record that has its hash, or will never have one", async () => {
  for (
    const record of [imageOf("x"), imageOf("x", { hash: null }), { ...pending, status: "queued" }]
  ) {
    const given = parts([]);
    assertEquals(await withHash(given, record, signal), record);
    assertEquals(given.asked, []);
  }
});

Deno.test("withHash() waits while Glance's task is at work, announced or not", async () => {
  const properties = { os_glance_import_task: "b1f0" };
  const hashing = imageOf("x", { hash: null, hashPending: false, properties });
  const given = parts([hashing, imageOf("x")]);
  assertEquals((await withHash(given, hashing, signal)).hash?.algorithm, "sha512");
});

Deno.test("withHash() waits a moment for a record that has just become active", async () => {
  const fresh = imageOf("x", { hash: null, properties: { updated_at: "1970-01-01T00:00:00Z" } });
  const given = parts([fresh]);
  assertEquals((await withHash(given, fresh, signal)).hash, null);
  assertEquals(given.clock.now(), 6000, "and not longer");
});
