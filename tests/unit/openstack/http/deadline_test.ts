/**
 * Waits end: by time, by the caller's signal, and without leaving a timer behind.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { FakeClock, settle } from "../../../doubles/clock.ts";

const NEVER = new AbortController().signal;

/** Work that ends only with its signal. */
function untilAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason));
  return promise;
}

Deno.test("withDeadline ends work with a timeout error when the time is up, not before", async () => {
  const clock = new FakeClock();
  const options = { action: "GET 'http://glance/'", signal: NEVER, timeoutMs: 60_000 };
  let ended = false;
  const work = withDeadline(clock, options, untilAborted).finally(() => ended = true);
  const failed = assertRejects(() => work, ToolError, "Cannot GET 'http://glance/': no answer");
  await clock.advance(59_999);
  assertEquals(ended, false);
  await clock.advance(1);
  const error = await failed;
  assertEquals([error.code, error.exitStatus, error.hints.length], ["timeout", 75, 1]);
});

Deno.test("withDeadline leaves no timer behind when the work ends in time", async () => {
  const clock = new FakeClock();
  const options = { action: "wait", signal: NEVER, timeoutMs: 60_000 };
  assertEquals(await withDeadline(clock, options, () => Promise.resolve(7)), 7);
  await settle();
  assertEquals(clock.sleeping, 0);
});

Deno.test("withDeadline passes on the reason of the caller's signal", async () => {
  const outer = new AbortController();
  const options = { action: "wait", signal: outer.signal, timeoutMs: 60_000 };
  const work = withDeadline(new FakeClock(), options, untilAborted);
  outer.abort(new ToolError("interrupted", "Interrupted"));
  assertEquals((await assertRejects(() => work, ToolError)).code, "interrupted");
});

Deno.test("withDeadline keeps the work's signal tied to the caller's after the work", async () => {
  const outer = new AbortController();
  const clock = new FakeClock();
  const options = { action: "wait", signal: outer.signal, timeoutMs: 1000 };
  const inner = await withDeadline(clock, options, (signal) => Promise.resolve(signal));
  await clock.advance(5000);
  assertEquals(inner.aborted, false, "the time-out is over with the work");
  outer.abort(new Error("stop"));
  assertEquals(inner.aborted, true);
});

Deno.test("withDeadline releases the caller's signal after work that is final", async () => {
  const outer = new AbortController();
  const options = { action: "wait", signal: outer.signal, timeoutMs: 1000, final: true };
  const heard: unknown[] = [];
  await withDeadline(new FakeClock(), options, (signal) => {
    signal.addEventListener("abort", () => heard.push(signal.reason));
    return Promise.resolve();
  });
  outer.abort(new Error("stop"));
  assertEquals(heard.map((reason) => (reason as Error).name), ["AbortError"]);
});
