import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { RateLimit } from "@/bytes/rate_limit.ts";
import { StallGuard } from "@/bytes/stall_guard.ts";
import { FakeClock, settle } from "../../doubles/clock.ts";
import { bytesOf, data, hole, streamOf } from "../../doubles/segments.ts";

Deno.test("StallGuard aborts when the source is silent for the time-out", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const guard = new StallGuard(clock, 30_000, controller);
  guard.during("rbd://x", () => new Promise(() => {}));
  await clock.advance(29_999);
  assertEquals(controller.signal.aborted, false);
  await clock.advance(1);
  assertEquals(controller.signal.reason.code, "timeout");
  assertEquals(controller.signal.reason.message, "Cannot read 'rbd://x': no data for 30 s");
});

Deno.test("StallGuard lets a slow trickle live: each byte counts as a sign of life", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const guard = new StallGuard(clock, 30_000, controller);
  guard.during("x", () => new Promise(() => {}));
  for (let turn = 0; turn < 10; turn++) {
    await clock.advance(20_000);
    guard.touch();
  }
  assertEquals(controller.signal.aborted, false);
});

for (const turned of [-86_400_000, 86_400_000]) {
  Deno.test(`StallGuard waits neither less nor more when the clock is turned by ${turned} ms`, async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const guard = new StallGuard(clock, 30_000, controller);
    guard.during("x", () => new Promise(() => {}));
    await clock.advance(10_000);
    clock.turn(turned);
    await clock.advance(19_999);
    assertEquals(controller.signal.aborted, false);
    await clock.advance(1);
    assertEquals(controller.signal.aborted, true);
  });

  Deno.test(`RateLimit keeps its rate when the clock is turned by ${turned} ms`, async () => {
    const clock = new FakeClock({ runsBelow: 3_600_000 });
    const limit = new RateLimit(clock, [{ minute: 0, bytes: 100 }], new AbortController().signal);
    const pieces = Array.from({ length: 20 }, () => data(new Uint8Array(100)));
    const source = ReadableStream.from((async function* () {
      for (const [index, piece] of pieces.entries()) {
        if (index === 10) clock.turn(turned);
        yield await Promise.resolve(piece);
      }
    })());
    await bytesOf(source.pipeThrough(limit));
    const seconds = clock.slept.reduce((sum, ms) => sum + ms, 0) / 1000;
    assertEquals(Math.abs(seconds - 19) <= 2, true, `${seconds} s for 2000 bytes at 100 a second`);
  });
}

Deno.test("StallGuard does not count the time in which nobody reads", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const guard = new StallGuard(clock, 1000, controller);
  const reader = guard.watched(streamOf(data("a"), data("b")), "x").getReader();
  await reader.read();
  await clock.advance(60_000);
  assertEquals((await reader.read()).done, false);
  assertEquals(controller.signal.aborted, false);
  assertEquals(clock.sleeping, 0, "no watch is left behind");
});

Deno.test("RateLimit waits as long as the data takes at its rate; holes are free", async () => {
  const clock = new FakeClock({ runsBelow: Infinity });
  const stream = streamOf(data("x".repeat(1000)), hole(1 << 40), data("y"), data("z"))
    .pipeThrough(new RateLimit(clock, [{ minute: 0, bytes: 100 }], new AbortController().signal));
  let count = 0;
  for await (const _ of stream) count++;
  assertEquals(count, 4);
  assertEquals(clock.slept, [10_000, 10]);
});

Deno.test("RateLimit without a limit never looks at the clock's sleep", async () => {
  const clock = new FakeClock();
  const stream = streamOf(data("abc")).pipeThrough(
    new RateLimit(clock, [], new AbortController().signal),
  );
  assertEquals((await bytesOf(stream)).length, 3);
  assertEquals(clock.slept, []);
});

Deno.test("RateLimit ends its wait when the transfer is aborted", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const stream = streamOf(data("abc"), data("def"))
    .pipeThrough(new RateLimit(clock, [{ minute: 0, bytes: 1 }], controller.signal));
  const reading = bytesOf(stream);
  await settle();
  controller.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => reading, ToolError, "Interrupted");
});
