/**
 * Reading a source continues after a cut.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { StallGuard } from "@/bytes/stall_guard.ts";
import { ToolError } from "@/errors.ts";
import type { Source, Transfer } from "@/sources/source.ts";
import { openResuming, RetryBudget } from "@/transfer/resume.ts";
import { FakeClock, settle } from "../../doubles/clock.ts";
import { bytesOf, data } from "../../doubles/segments.ts";
import { ScriptedSource } from "../../doubles/source.ts";

const CUT = new ToolError("temporary", "cut");

/** Opens a source as an attempt does. */
function opened(source: Source, { clock = new FakeClock({ runsBelow: 1000 }), retries = 1 } = {}) {
  const own = new AbortController();
  const guard = new StallGuard(clock, 1000, own);
  const buffers = new BufferPool();
  const options = { signal: own.signal, size: 4, buffers, onTransferred: () => guard.touch() };
  const budget = new RetryBudget(retries, { clock, random: () => 0, log: () => {} });
  return { clock, own, transfer: openResuming(source, options, budget, guard) };
}

Deno.test("openResuming() makes one stream of what comes before and after a cut", async () => {
  const source = new ScriptedSource("glance", { segments: [data("ab")], error: CUT }, {
    segments: [data("cd")],
  });
  source.resumable = true;
  {
    await using transfer = await opened(source).transfer;
    assertEquals(new TextDecoder().decode(await bytesOf(transfer.segments)), "abcd");
  }
  assertEquals([source.offsets, source.opened], [[0, 2], 0]);
});

Deno.test("openResuming() does not reopen a source that cannot start in the middle", async () => {
  const source = new ScriptedSource("rbd", { segments: [data("ab")], error: CUT });
  await using transfer = await opened(source).transfer;
  await assertRejects(() => bytesOf(transfer.segments), ToolError, "cut");
  assertEquals([source.offsets, source.opened], [[0], 0]);
});

Deno.test("openResuming() does not count the time without a reader", async () => {
  const source = new ScriptedSource("rbd", { segments: [data("a"), data("b")] });
  const { clock, own, transfer } = opened(source, { clock: new FakeClock() });
  await using open = await transfer;
  const reader = open.segments.getReader();
  await reader.read();
  await clock.advance(60_000);
  assertEquals((await reader.read()).done, false);
  assertEquals(own.signal.aborted, false);
  assertEquals(clock.sleeping, 0, "no watch is left behind");
});

Deno.test("openResuming() does not count the wait between two tries, and counts the opening", async () => {
  const source = new ScriptedSource("glance", { segments: [data("ab")], error: CUT });
  source.resumable = true;
  const openings: PromiseWithResolvers<Transfer>[] = [];
  const late: Source = {
    kind: "glance",
    label: "x",
    resumable: true,
    open(options) {
      if (options.offset === 0) return source.open(options);
      const opening = Promise.withResolvers<Transfer>();
      openings.push(opening);
      options.signal.addEventListener("abort", () => opening.reject(options.signal.reason));
      return opening.promise;
    },
  };
  const { clock, own, transfer } = opened(late, { clock: new FakeClock() });
  await using open = await transfer;
  const reading = bytesOf(open.segments).catch((error) => error);
  await settle();
  await clock.advance(1000);
  assertEquals([openings.length, own.signal.aborted], [1, false], "a pause is no silence");
  await clock.advance(1000);
  assertEquals((await reading).code, "timeout");
});

Deno.test("openResuming() releases what it was opening if the reader has gone", async () => {
  const first = new ScriptedSource("glance", { segments: [data("ab")], error: CUT });
  const again = Promise.withResolvers<Transfer>();
  let isClosed = false;
  const source: Source = {
    kind: "glance",
    label: "x",
    resumable: true,
    open: (options) => options.offset === 0 ? first.open(options) : again.promise,
  };
  const { transfer } = opened(source);
  const open = await transfer;
  const reader = open.segments.getReader();
  await reader.read();
  const rest = reader.read();
  await settle();
  const cancelled = reader.cancel();
  const closed = open[Symbol.asyncDispose]();
  again.resolve({
    segments: new ReadableStream(),
    [Symbol.asyncDispose]: () => Promise.resolve(void (isClosed = true)),
  });
  await closed;
  await Promise.allSettled([rest, cancelled]);
  assertEquals([first.opened, isClosed], [0, true]);
});
