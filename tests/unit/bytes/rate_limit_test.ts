import { assertEquals, assertRejects } from "@std/assert";
import { rateLimit } from "@/bytes/rate_limit.ts";
import { through } from "@/bytes/stage.ts";
import { ToolError } from "@/errors.ts";
import { FakeClock, settle } from "../../doubles/clock.ts";
import { bytesOf, data, hole, streamOf } from "../../doubles/segments.ts";

for (const turned of [-86_400_000, 86_400_000]) {
  Deno.test(`rateLimit() keeps its rate when the clock is turned by ${turned} ms`, async () => {
    const clock = new FakeClock({ runsBelow: 3_600_000 });
    const limit = rateLimit(clock, [{ minute: 0, bytes: 100 }], new AbortController().signal);
    const pieces = Array.from({ length: 20 }, () => data(new Uint8Array(100)));
    const source = ReadableStream.from((async function* () {
      for (const [index, piece] of pieces.entries()) {
        if (index === 10) clock.turn(turned);
        yield await Promise.resolve(piece);
      }
    })());
    await bytesOf(source.pipeThrough(through(limit)));
    const seconds = clock.slept.reduce((sum, ms) => sum + ms, 0) / 1000;
    assertEquals(Math.abs(seconds - 19) <= 2, true, `${seconds} s for 2000 bytes at 100 a second`);
  });
}

Deno.test("rateLimit() waits as long as the data takes at its rate; holes are free", async () => {
  const clock = new FakeClock({ runsBelow: Infinity });
  const stream = streamOf(data("x".repeat(1000)), hole(1 << 40), data("y"), data("z"))
    .pipeThrough(
      through(rateLimit(clock, [{ minute: 0, bytes: 100 }], new AbortController().signal)),
    );
  let count = 0;
  for await (const _ of stream) count++;
  assertEquals(count, 4);
  assertEquals(clock.slept, [10_000, 10]);
});

Deno.test("rateLimit() without a limit never looks at the clock's sleep", async () => {
  const clock = new FakeClock();
  const stream = streamOf(data("abc")).pipeThrough(
    through(rateLimit(clock, [], new AbortController().signal)),
  );
  assertEquals((await bytesOf(stream)).length, 3);
  assertEquals(clock.slept, []);
});

Deno.test("rateLimit() ends its wait when the transfer is aborted", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const stream = streamOf(data("abc"), data("def"))
    .pipeThrough(through(rateLimit(clock, [{ minute: 0, bytes: 1 }], controller.signal)));
  const reading = bytesOf(stream);
  await settle();
  controller.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => reading, ToolError, "Interrupted");
});
