import { assertEquals } from "@std/assert";
import type { Clock } from "@/context.ts";
import { endingWith } from "@/system/child_output.ts";

const FULL = 1 << 16;

/** A pipe that gives these numbers of bytes, one for each read, then ends. */
function pipe(...sizes: readonly number[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...sizes];
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const size = left.shift();
      if (size === undefined) controller.close();
      controller.byobRequest?.respond(size ?? 0);
    },
  });
}

/** A clock that each look at it advances. */
function clockIn(steps: number): Pick<Clock, "monotonic" | "sleep"> {
  let now = 0;
  return { monotonic: () => now += steps, sleep: () => new Promise(() => {}) };
}

/** The lengths of the answers to a reader whose buffer has this much room. */
async function answers(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  room: number,
  clock = clockIn(0),
): Promise<readonly number[]> {
  const reader = endingWith(new Promise(() => {}), stdout, 1000, clock)
    .getReader({ mode: "byob" });
  const lengths: number[] = [];
  for (;;) {
    const { value, done } = await reader.read(new Uint8Array(room));
    if (done) return lengths;
    lengths.push(value.length);
  }
}

Deno.test("endingWith() fills the buffer while the pipe is full", async () => {
  assertEquals(await answers(pipe(FULL, FULL, FULL, FULL), 2 * FULL), [2 * FULL, 2 * FULL]);
});

Deno.test("endingWith() does not wait for more when the pipe was not full", async () => {
  assertEquals(await answers(pipe(FULL, 10, FULL, 20), 8 * FULL), [FULL + 10, FULL + 20]);
});

Deno.test("endingWith() answers a slow child's reader after every piece", async () => {
  assertEquals(await answers(pipe(FULL, FULL, FULL), 8 * FULL, clockIn(200)), [FULL, FULL, FULL]);
});

Deno.test("endingWith() loses nothing when the stream ends after a full pipe", async () => {
  assertEquals(await answers(pipe(FULL, FULL), 8 * FULL), [2 * FULL]);
});
