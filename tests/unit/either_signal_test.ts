/**
 * Tests of the signal of several signals.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { eitherSignal } from "@/either_signal.ts";
import { collectGarbage } from "../doubles/garbage.ts";

Deno.test("eitherSignal is aborted with the first of its signals and keeps that reason", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const signal = eitherSignal(one.signal, other.signal);
  assertEquals(signal.aborted, false);
  other.abort("other");
  one.abort("one");
  assertEquals([signal.aborted, signal.reason], [true, "other"]);
});

Deno.test("eitherSignal of one that is aborted already is aborted", () => {
  const signal = eitherSignal(new AbortController().signal, AbortSignal.abort("before"));
  assertEquals([signal.aborted, signal.reason], [true, "before"]);
});

Deno.test("eitherSignal tells its listeners though only its source is still held", async () => {
  const source = new AbortController();
  const told: unknown[] = [];
  listen(source.signal, (reason) => told.push(reason));
  await collectGarbage();
  source.abort("enough");
  assertEquals(told, ["enough"]);
});

/** In a function of its own, so that nothing on the stack holds the signal. */
function listen(source: AbortSignal, tell: (reason: unknown) => void): void {
  const signal = eitherSignal(source, new AbortController().signal);
  signal.addEventListener("abort", () => tell(source.reason));
}
