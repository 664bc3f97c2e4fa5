import { assertEquals } from "@std/assert";
import { anySignal } from "@/any_signal.ts";

Deno.test("anySignal fires with the first of its sources, for that reason", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const signal = anySignal(first.signal, second.signal);
  assertEquals(signal.aborted, false);
  second.abort("second");
  first.abort("first");
  assertEquals(signal.reason, "second");
});

Deno.test("anySignal is aborted at once when a source is", () => {
  const signal = anySignal(new AbortController().signal, AbortSignal.abort("gone"));
  assertEquals(signal.reason, "gone");
});

Deno.test("anySignal releases its other sources once it is aborted", () => {
  const [kept, gone] = [new AbortController(), new AbortController()];
  const removed: string[] = [];
  const remove = kept.signal.removeEventListener.bind(kept.signal);
  kept.signal.removeEventListener = (
    type: string,
    listener: EventListenerOrEventListenerObject,
  ) => {
    removed.push(type);
    remove(type, listener);
  };
  anySignal(kept.signal, gone.signal);
  gone.abort();
  assertEquals(removed, ["abort"]);
});

Deno.test("anySignal fires although only its listener refers to it and garbage was collected", async () => {
  const program = `
    import { anySignal } from "${import.meta.resolve("../../src/any_signal.ts")}";
    const source = new AbortController();
    (() => {
      const signal = anySignal(source.signal, new AbortController().signal);
      signal.addEventListener("abort", () => console.log("heard"));
    })();
    for (let i = 0; i < 5; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve));
    }
    source.abort();
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--v8-flags=--expose-gc", program],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "heard\n");
});
