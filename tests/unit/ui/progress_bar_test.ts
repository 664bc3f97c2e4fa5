import { combined, progressText, renderProgress } from "@/ui/progress_bar.ts";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

const MIB = 1 << 20;
const STATE = {
  label: "rbd",
  position: 700 * MIB,
  size: 1400 * MIB,
  rate: 70 * MIB,
  isSteady: true,
};

Deno.test("renderProgress fits 40, 80 and 200 columns, dropping the bar first", () => {
  assertEquals(
    renderProgress(STATE, 40),
    "rbd  50%  700 MiB/1.4 GiB  70.0 MiB/s",
  );
  assertEquals(
    renderProgress(STATE, 80),
    "rbd [##############>--------------]   50%  700 MiB/1.4 GiB  70.0 MiB/s  eta 10s",
  );
  assertEquals(
    renderProgress(STATE, 200),
    "rbd [####################>-------------------]   50%  700 MiB/1.4 GiB  70.0 MiB/s  eta 10s",
  );
});

Deno.test("renderProgress leaves out what does not fit, and never cuts a number", () => {
  assertEquals(renderProgress(STATE, 37), "rbd  50%  700 MiB/1.4 GiB");
  assertEquals(renderProgress(STATE, 25), "rbd  50%");
  assertEquals(renderProgress(STATE, 5), "rbd ");
});

Deno.test("renderProgress shows neither speed nor ETA while no rate is known", () => {
  assertEquals(renderProgress({ ...STATE, rate: 0 }, 30), "rbd  50%  700 MiB/1.4 GiB");
});

Deno.test("renderProgress shows no ETA before there is enough data for one", () => {
  assertEquals(
    renderProgress({ ...STATE, isSteady: false }, 40),
    "rbd  50%  700 MiB/1.4 GiB  70.0 MiB/s",
  );
  assert(!renderProgress({ ...STATE, isSteady: false }, 200).includes("eta"));
});

Deno.test("renderProgress fills the bar at the end, and for an image without bytes", () => {
  const full = `rbd [${"#".repeat(40)}]  100%  5 B/5 B`;
  assertEquals(
    renderProgress({ label: "rbd", position: 5, size: 5, rate: 0, isSteady: true }, 80),
    full,
  );
  const none = `rbd [${"#".repeat(40)}]  100%  0 B/0 B`;
  assertEquals(
    renderProgress({ label: "rbd", position: 0, size: 0, rate: 0, isSteady: true }, 80),
    none,
  );
});

Deno.test("renderProgress never reaches the last column, whatever the numbers", () => {
  const natural = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  const state = fc.record({
    label: fc.constantFrom("rbd", "glance", "12/345 images"),
    position: natural,
    size: natural,
    rate: natural,
    isSteady: fc.boolean(),
  });
  fc.assert(fc.property(state, fc.integer({ min: 1, max: 300 }), (state, columns) => {
    assert(renderProgress(state, columns).length < columns);
  }));
});

Deno.test("combined sums finished and running transfers into one state of the batch", () => {
  const states = [{ ...STATE, position: 100, rate: 5 }, { ...STATE, position: 20, rate: 3 }];
  const batch = { count: 7, size: 1000, done: 3, doneSize: 400 };
  assertEquals(combined(states, batch), {
    label: "3/7 images",
    position: 520,
    size: 1000,
    rate: 8,
    isSteady: true,
  });
});

Deno.test("combined leaves a single transfer as it is", () => {
  assertEquals(combined([STATE]), STATE);
});

Deno.test("progressText says the state in words", () => {
  assertEquals(progressText(STATE), "rbd: 50%, 700 MiB of 1.4 GiB, 70.0 MiB/s");
});
