import { assertEquals, assertRejects } from "@std/assert";
import { type Stage, through } from "@/bytes/stage.ts";
import { data, hole, streamOf } from "../../doubles/segments.ts";

function noting(name: string, told: string[], wait = false): Stage {
  return {
    take(segment) {
      told.push(`${name} ${segment.kind}`);
      if (wait) return Promise.resolve();
    },
    end: () => void told.push(`${name} end`),
  };
}

Deno.test("through() hands each segment from stage to stage before the next one comes", async () => {
  const told: string[] = [];
  const stages = [noting("a", told, true), noting("b", told), { take: () => {} }];
  const out = await Array.fromAsync(streamOf(data("x"), hole(3)).pipeThrough(through(...stages)));
  assertEquals(out, [data("x"), hole(3)]);
  assertEquals(told, ["a data", "b data", "a hole", "b hole", "a end", "b end"]);
});

for (const at of ["take", "end"] as const) {
  Deno.test(`through() ends both sides with what a stage throws in ${at}()`, async () => {
    const fail = () => {
      throw new Error("no more");
    };
    const told: string[] = [];
    const stages = [{ take: () => {}, [at]: fail }, noting("next", told)];
    let cancelled: unknown;
    const source = new ReadableStream({
      pull(controller) {
        if (at === "take") return controller.enqueue(data("x"));
        controller.close();
      },
      cancel: (reason) => void (cancelled = reason),
    }, { highWaterMark: 0 });
    let aborted: unknown;
    const sink = new WritableStream({ abort: (reason) => void (aborted = reason) });
    await assertRejects(
      () => source.pipeThrough(through(...stages)).pipeTo(sink),
      Error,
      "no more",
    );
    assertEquals((aborted as Error).message, "no more");
    if (at === "take") assertEquals((cancelled as Error).message, "no more");
    assertEquals(told, []);
  });
}
