import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { exactSize } from "@/bytes/exact_size.ts";
import { through } from "@/bytes/stage.ts";
import { withoutZeroTail } from "@/bytes/zero_tail.ts";
import { bytesOf, data, hole, streamOf } from "../../doubles/segments.ts";

Deno.test("exactSize() lets exactly the size through", async () => {
  const stream = streamOf(data("abc"), hole(2)).pipeThrough(through(exactSize(5, "x")));
  assertEquals((await bytesOf(stream)).length, 5);
});

Deno.test("exactSize() errors when the stream is short, and says both sizes", async () => {
  const stream = streamOf(data("abc")).pipeThrough(through(exactSize(5, "x")));
  const error = await assertRejects(() => bytesOf(stream), ToolError, "it has 3 bytes, expected 5");
  assertEquals(error.code, "size_mismatch");
});

Deno.test("exactSize() errors at the first byte too many, not at the end", async () => {
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(data("abcd"));
    },
  });
  const stream = endless.pipeThrough(through(exactSize(6, "x")));
  await assertRejects(() => bytesOf(stream), ToolError, "more than 6 bytes, expected 6");
  assertEquals(pulled < 8, true);
});

Deno.test("withoutZeroTail() cuts zeros beyond the image, inside a segment too", async () => {
  const cut = withoutZeroTail(streamOf(data("abc\0\0"), hole(7), data("\0")), 3, "x");
  assertEquals(new TextDecoder().decode(await bytesOf(cut)), "abc");
});

Deno.test("withoutZeroTail() refuses a tail that is not zero", async () => {
  const cut = withoutZeroTail(streamOf(data("abc"), hole(7), data("\0x")), 3, "x");
  const error = await assertRejects(() => bytesOf(cut), ToolError);
  assertEquals(error.code, "size_mismatch");
});

Deno.test("withoutZeroTail() ends a source that sends zeros without end", async () => {
  function* zeros() {
    for (;;) yield hole(2 ** 30);
  }
  const cut = withoutZeroTail(ReadableStream.from(zeros()), 3, "x");
  const error = await assertRejects(() => Array.fromAsync(cut), ToolError, "expected 3");
  assertEquals(error.code, "size_mismatch");
});

Deno.test("withoutZeroTail() passes a short stream on, for exactSize() to judge", async () => {
  assertEquals((await bytesOf(withoutZeroTail(streamOf(data("a")), 3, "x"))).length, 1);
});
