import { assertEquals } from "@std/assert";
import { type DownloadEvent, sparing } from "@/transfer/events.ts";
import { FakeClock } from "../../doubles/clock.ts";

function progress(position: number): DownloadEvent {
  return { kind: "progress", position, transferred: position };
}

Deno.test("sparing() passes on progress ten times a second, starting with the first", async () => {
  const clock = new FakeClock();
  const told: number[] = [];
  const tell = sparing(
    clock,
    (event) => void (event.kind === "progress" && told.push(event.position)),
  );
  for (let position = 0; position < 250; position++) {
    tell(progress(position));
    await clock.advance(1);
  }
  assertEquals(told, [0, 100, 200]);
});

Deno.test("sparing() passes every attempt on", () => {
  const told: DownloadEvent[] = [];
  const tell = sparing(new FakeClock(), (event) => void told.push(event));
  const attempt = { kind: "attempt", source: "rbd", location: "rbd://a/b/c/d" } as const;
  for (const event of [attempt, progress(1), progress(2), attempt]) tell(event);
  assertEquals(told, [attempt, progress(1), attempt]);
});
