import { assertEquals } from "@std/assert";
import { Deadline } from "@/deadline.ts";
import { FakeClock } from "../doubles/clock.ts";

const LATE = new Error("late");

function started(signal = new AbortController().signal) {
  const clock = new FakeClock();
  return { clock, deadline: new Deadline(clock, 1000, signal, () => LATE) };
}

Deno.test("Deadline aborts when the time is up, not before", async () => {
  const { clock, deadline } = started();
  await clock.advance(999);
  assertEquals(deadline.signal.aborted, false);
  await clock.advance(1);
  assertEquals(deadline.signal.reason, LATE);
});

Deno.test("Deadline follows the caller's signal, also after its clock was stopped", async () => {
  const caller = new AbortController();
  const { clock, deadline } = started(caller.signal);
  deadline[Symbol.dispose]();
  await clock.advance(10_000);
  assertEquals([deadline.signal.aborted, clock.sleeping], [false, 0]);
  caller.abort("over");
  assertEquals(deadline.signal.reason, "over");
});

Deno.test("Deadline leaves no clock behind when the caller ends, or has ended before", async () => {
  const caller = new AbortController();
  const { clock, deadline } = started(caller.signal);
  caller.abort("over");
  await clock.advance(0);
  assertEquals([deadline.signal.reason, clock.sleeping], ["over", 0]);
  assertEquals(started(caller.signal).deadline.signal.reason, "over");
});

Deno.test("Deadline.end() releases the caller's signal", async () => {
  const caller = new AbortController();
  const { clock, deadline } = started(caller.signal);
  deadline.end();
  await clock.advance(0);
  assertEquals([deadline.signal.aborted, clock.sleeping], [true, 0]);
});
