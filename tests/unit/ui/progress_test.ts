import { Progress, type ProgressMode } from "@/ui/progress.ts";
import { StatusLine } from "@/ui/status_line.ts";
import { assertEquals } from "@std/assert";
import { FakeClock } from "../../doubles/clock.ts";
import { imageOf } from "../../doubles/image.ts";
import { FakeTerminal } from "../../doubles/terminal.ts";

const MIB = 1 << 20;
const A = imageOf("", { id: "a", size: 100 * MIB });
const B = imageOf("", { id: "b", size: 300 * MIB });
const attempt = { kind: "attempt", source: "rbd", location: "rbd://a" } as const;
const at = (mib: number) =>
  ({ kind: "progress", position: mib * MIB, transferred: mib * MIB }) as const;

function setUp(mode: ProgressMode, terminal = new FakeTerminal()) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const line = new StatusLine(terminal);
  const log = (_level: string, message: string) => line.above(() => void logged.push(message));
  const outside = { clock, log, terminal: terminal as unknown as never };
  return { clock, line, log, logged, progress: new Progress(outside, line, mode), terminal };
}

Deno.test("Progress draws a bar at most ten times a second and removes it at the end", async () => {
  const { clock, progress, terminal } = setUp("auto");
  {
    using shown = progress.of(A);
    shown.onEvent(attempt);
    for (let step = 1; step <= 50; step++) {
      await clock.advance(20);
      shown.onEvent(at(step));
    }
    assertEquals(terminal.writes.length, 10);
    assertEquals(
      terminal.screen(),
      [
        "rbd [#############>-------------]   50%  50.0 MiB/100 MiB  50.0 MiB/s  eta 1.0s",
      ].map((line) => line.slice(0, 79)),
    );
  }
  assertEquals(terminal.screen(), [""]);
});

Deno.test("Progress shows several transfers as one bar over the whole batch", async () => {
  const { clock, progress, terminal } = setUp("auto", new FakeTerminal({ columns: 60 }));
  progress.expect([A, B]);
  using first = progress.of(A);
  using second = progress.of(B);
  first.onEvent(attempt);
  second.onEvent({ ...attempt, source: "glance" });
  await clock.advance(1000);
  first.onEvent(at(50));
  second.onEvent(at(50));
  await clock.advance(1000);
  second.onEvent(at(150));
  assertEquals(terminal.screen(), ["0/2 images  50%  200 MiB/400 MiB  100 MiB/s  eta 2.0s"]);
});

Deno.test("Progress continues showing the others when one has ended", async () => {
  const { clock, progress, terminal } = setUp("auto", new FakeTerminal({ columns: 40 }));
  progress.expect([A, B]);
  using second = progress.of(B);
  second.onEvent(attempt);
  {
    using first = progress.of(A);
    first.onEvent(attempt);
    await clock.advance(1000);
    first.onEvent(at(100));
  }
  assertEquals(terminal.screen(), ["0/2 images   0%  0 B/400 MiB"]);
});

Deno.test("Progress counts finished images as done", async () => {
  const { clock, progress, terminal } = setUp("auto", new FakeTerminal({ columns: 40 }));
  progress.expect([A, B]);
  progress.settle(A);
  using second = progress.of(B);
  second.onEvent(attempt);
  await clock.advance(150);
  second.onEvent(at(0));
  assertEquals(terminal.screen(), ["1/2 images  25%  100 MiB/400 MiB"]);
});

Deno.test("Progress writes lines without a terminal: at each tenth, or every ten seconds", async () => {
  const { clock, logged, progress, terminal } = setUp(
    "auto",
    new FakeTerminal({ isRich: false, isTerminal: false }),
  );
  using shown = progress.of(A);
  shown.onEvent(attempt);
  for (const mib of [5, 10, 12, 13]) {
    await clock.advance(5000);
    shown.onEvent(at(mib));
  }
  assertEquals(logged, [
    "test (a) from rbd: 10%, 10.0 MiB of 100 MiB, 1.0 MiB/s",
    "test (a) from rbd: 13%, 13.0 MiB of 100 MiB, 546 KiB/s",
  ]);
  assertEquals(terminal.writes, []);
});

Deno.test("Progress writes JSON events: attempts at once, progress four times a second, the verdict", async () => {
  const { clock, progress, terminal } = setUp("json");
  using shown = progress.of(A);
  shown.onEvent(attempt);
  for (let step = 1; step <= 10; step++) {
    await clock.advance(50);
    shown.onEvent(at(step));
  }
  const bytes = { image: 100 * MIB, transferred: 1, allocated: 1, file: 1 };
  shown.verified({ outcome: "fetched", source: "rbd", bytes, seconds: 2 });
  const common = { type: "progress", image: "a", source: "rbd" };
  assertEquals(terminal.writes.map((text) => JSON.parse(text)), [
    { type: "attempt", image: "a", source: "rbd", location: "rbd://a" },
    {
      ...common,
      position: 5 * MIB,
      size: 100 * MIB,
      transferred: 5 * MIB,
      rate: 20 * MIB,
    },
    {
      ...common,
      position: 10 * MIB,
      size: 100 * MIB,
      transferred: 10 * MIB,
      rate: 20 * MIB,
    },
    {
      type: "verified",
      image: "a",
      source: "rbd",
      outcome: "fetched",
      size: 100 * MIB,
      seconds: 2,
    },
  ]);
});

Deno.test("Progress is silent with 'never', and still answers SIGUSR1", async () => {
  const { clock, log, logged, progress, terminal } = setUp("never");
  progress.tell(log);
  using shown = progress.of(A);
  shown.onEvent(attempt);
  await clock.advance(20_000);
  shown.onEvent(at(40));
  assertEquals([terminal.writes, logged], [[], ["no transfer in progress"]]);
  progress.tell(log);
  assertEquals(logged[1], "test (a) from rbd: 40%, 40.0 MiB of 100 MiB");
});

Deno.test("Progress starts over at the first byte with another attempt", async () => {
  const { clock, log, logged, progress } = setUp("never");
  using shown = progress.of(A);
  shown.onEvent(attempt);
  await clock.advance(1000);
  shown.onEvent(at(90));
  shown.onEvent({ ...attempt, source: "glance" });
  progress.tell(log);
  assertEquals(logged, ["test (a) from glance: 0%, 0 B of 100 MiB"]);
});
