import { assertEquals } from "@std/assert";
import { StallGuard } from "@/bytes/stall_guard.ts";
import { FakeClock } from "../../doubles/clock.ts";

Deno.test("StallGuard aborts when the source is silent for the time-out", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const guard = new StallGuard(clock, 30_000, controller);
  guard.during("rbd://x", () => new Promise(() => {}));
  await clock.advance(29_999);
  assertEquals(controller.signal.aborted, false);
  await clock.advance(1);
  assertEquals(controller.signal.reason.code, "timeout");
  assertEquals(
    controller.signal.reason.message,
    "Cannot read 'rbd://x': no data for 30 s (--stall-timeout)",
  );
});

Deno.test("StallGuard accepts a slow trickle: each byte counts as progress", async () => {
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
}
