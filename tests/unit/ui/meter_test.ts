/**
 * When a transfer's speed and ETA are known.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Meter } from "@/ui/meter.ts";

const attempt = { kind: "attempt", source: "rbd", location: "rbd://a" } as const;
const at = (position: number) => ({ kind: "progress", position, transferred: position }) as const;

/** What is known after pieces of data, each at its time in milliseconds. */
function after(size: number, ...pieces: readonly (readonly [time: number, position: number])[]) {
  const meter = new Meter(0, size);
  meter.update(attempt, 0);
  for (const [time, position] of pieces) meter.update(at(position), time);
  const { isSteady, rate } = meter.state;
  return { isSteady, rate };
}

Deno.test("Meter has an ETA after 2 s of data, or 5 % of it", () => {
  assertEquals(after(10_000, [100, 1], [2099, 400]).isSteady, false);
  assertEquals(after(10_000, [100, 1], [2100, 400]).isSteady, true);
  assertEquals(after(10_000, [100, 1], [400, 499]).isSteady, false);
  assertEquals(after(10_000, [100, 1], [400, 500]).isSteady, true);
});

Deno.test("Meter counts the rate from the first data on: a slow connection is no slow transfer", () => {
  assertEquals(after(1000, [9000, 0], [9000, 100], [10_000, 600]), { isSteady: true, rate: 500 });
});

Deno.test("Meter starts over with another attempt", () => {
  const meter = new Meter(0, 1000);
  meter.update(attempt, 0);
  meter.update(at(1), 0);
  meter.update(at(900), 9000);
  meter.update(attempt, 9000);
  meter.update(at(10), 9500);
  assertEquals(meter.state, {
    label: "rbd",
    position: 10,
    size: 1000,
    rate: 0,
    isSteady: false,
  });
});
