/**
 * A caller that gives up stops waiting; the work continues.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { waitFor } from "@/wait_for.ts";

const NEVER = new AbortController().signal;

Deno.test("waitFor ends only for the caller who gives up", async () => {
  const work = Promise.withResolvers<string>();
  const impatient = new AbortController();
  const first = waitFor(work.promise, impatient.signal);
  const second = waitFor(work.promise, NEVER);
  impatient.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => first, ToolError, "Interrupted");
  work.resolve("there");
  assertEquals(await second, "there");
});

Deno.test("waitFor does not wait under a signal that is aborted already", async () => {
  const aborted = AbortSignal.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => waitFor(new Promise(() => {}), aborted), ToolError, "Interrupted");
});
