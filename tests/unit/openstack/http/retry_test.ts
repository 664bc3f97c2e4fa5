/**
 * Which failures are retried, how often and after how long.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { ToolError, type ToolErrorOptions } from "@/errors.ts";
import { connectionFailure } from "@/openstack/http/failure.ts";
import { type RetryPolicy, withRetries } from "@/openstack/http/retry.ts";
import { FakeClock } from "../../../doubles/clock.ts";

const BUSY = new ToolError("temporary", "Busy");

function policy(clock: FakeClock, changes: Partial<RetryPolicy> = {}, random = 0.5): RetryPolicy {
  const context = { clock, random: () => random, log: () => {} };
  return { context, retries: 3, signal: new AbortController().signal, ...changes };
}

/** Fails with each of these errors in turn, then gives the number of the try. */
function failing(...errors: readonly unknown[]): () => Promise<number> {
  let tried = 0;
  return () => {
    const error = errors[tried++];
    return error === undefined ? Promise.resolve(tried) : Promise.reject(error);
  };
}

Deno.test("withRetries tries a temporary failure again after about 1, 2 and 4 seconds", async () => {
  const clock = new FakeClock({ runsBelow: Infinity });
  assertEquals(await withRetries(policy(clock), failing(BUSY, BUSY, BUSY)), 4);
  assertEquals(clock.slept, [1000, 2000, 4000]);
});

Deno.test("withRetries varies the waits by a quarter", async () => {
  for (const [random, expected] of [[0, 750], [0.999, 1250]] as const) {
    const clock = new FakeClock({ runsBelow: Infinity });
    await withRetries(policy(clock, {}, random), failing(BUSY));
    assertEquals(Math.abs((clock.slept[0] ?? 0) - expected) <= 1, true, `${clock.slept}`);
  }
});

Deno.test("withRetries gives up after the tries that are allowed, with the last failure", async () => {
  const clock = new FakeClock({ runsBelow: Infinity });
  const last = new ToolError("timeout", "The last one");
  const attempt = failing(BUSY, BUSY, last, BUSY);
  const work = () => withRetries(policy(clock, { retries: 2 }), attempt);
  const error = await assertRejects(work, ToolError);
  assertEquals([error.code, error.message], ["timeout", "The last one (3 tries in 3.0 s)"]);
  assertEquals(clock.slept.length, 2);
});

Deno.test("withRetries retries a failed connection", async () => {
  const clock = new FakeClock({ runsBelow: Infinity });
  const refused = connectionFailure("GET", new TypeError("tcp connect error: Connection refused"));
  assertEquals(await withRetries(policy(clock), failing(refused)), 2);
});

for (const code of ["permission_denied", "not_found", "source_unavailable", "usage"] as const) {
  Deno.test(`withRetries does not repeat what fails with ${code}`, async () => {
    const clock = new FakeClock({ runsBelow: Infinity });
    const attempt = failing(new ToolError(code, "No"));
    await assertRejects(() => withRetries(policy(clock), attempt), ToolError, "No");
    assertEquals(clock.slept, []);
  });
}

Deno.test("withRetries does not repeat a bug", async () => {
  const attempt = failing(new TypeError("undefined is not a function"));
  await assertRejects(() => withRetries(policy(new FakeClock()), attempt), TypeError);
});

Deno.test("withRetries waits as long as the peer asks, if that is a minute or less", async () => {
  const asking = (options: ToolErrorOptions) => new ToolError("temporary", "Busy", options);
  const clock = new FakeClock({ runsBelow: Infinity });
  await withRetries(policy(clock), failing(asking({ retryAfter: 60 })));
  assertEquals(clock.slept, [60_000]);
  const attempt = failing(asking({ retryAfter: 61 }));
  const error = await assertRejects(() => withRetries(policy(clock), attempt), ToolError);
  assertEquals(error.retryAfter, 61, "the caller learns how long to stay away");
});

Deno.test("withRetries ends its waiting with the signal", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const work = withRetries(policy(clock, { signal: controller.signal }), failing(BUSY));
  await clock.advance(0);
  controller.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => work, ToolError, "Interrupted");
});
