/**
 * What cannot fit is refused before the first byte.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { expectSpace, SpaceGuard, type SpaceNeed } from "@/cache/free_space.ts";
import { ToolError } from "@/errors.ts";
import { FakeClock } from "../../doubles/clock.ts";

const NEED = { path: "/c/x", least: 100, most: 100, reserved: 0 };

/** What is logged; throws what `expectSpace` throws. */
function check(free: number | undefined, change: Partial<SpaceNeed>): readonly string[] {
  const logged: string[] = [];
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  expectSpace({ freeSpace: () => free }, log, { ...NEED, ...change });
  return logged;
}

Deno.test("expectSpace() allows what fits to the byte, and refuses one byte more", () => {
  assertEquals(check(100, {}), []);
  const error = assertThrows(() => check(99, {}), ToolError);
  assertEquals([error.code, error.message], [
    "no_space",
    "Cannot make '/c/x': 99 B are free, 100 B are needed",
  ]);
});

Deno.test("expectSpace() does not use nova's reserve", () => {
  assertEquals(check(150, { reserved: 50 }), []);
  assertThrows(() => check(150, { reserved: 51 }), ToolError, "99 B are free");
  assertThrows(() => check(10, { reserved: 51 }), ToolError, "0 B are free");
});

Deno.test("expectSpace() only warns of what may be holes", () => {
  assertEquals(check(99, { least: 0 }), [
    "warning: '/c/x' may not fit: 99 B are free, up to 100 B are needed",
  ]);
  assertEquals(check(99, { least: 60 }), [
    "warning: '/c/x' may not fit: 99 B are free, 60 B to 100 B are needed",
  ]);
  assertThrows(
    () => check(59, { least: 60 }),
    ToolError,
    "59 B are free, 60 B to 100 B are needed",
  );
});

Deno.test("expectSpace() is silent if the free space is not known", () => {
  assertEquals(check(undefined, {}), []);
});

const MIB = 1 << 20;

/** A guard of 100 bytes over a disk whose free space a test sets. */
function guardOf(disk: { free: number | undefined }, reserved = 100): SpaceGuard {
  return new SpaceGuard({ freeSpace: () => disk.free }, "/c/x", reserved);
}

Deno.test("SpaceGuard.wrote() looks every 64 MiB, and ends at the first byte of the reserve", () => {
  const disk = { free: 100 };
  const guard = guardOf(disk);
  guard.wrote(64 * MIB);
  disk.free = 99;
  guard.wrote(64 * MIB - 1);
  const error = assertThrows(() => guard.wrote(1), ToolError);
  assertEquals([error.code, error.message], [
    "no_space",
    "Cannot continue with '/c/x': 99 B are free, 100 B are reserved",
  ]);
});

Deno.test("SpaceGuard leaves a full disk, and what it cannot know, to the kernel", () => {
  guardOf({ free: 0 }, 0).wrote(64 * MIB);
  guardOf({ free: undefined }).wrote(64 * MIB);
});

Deno.test("SpaceGuard.watch() aborts within a quarter of a second after the reserve is touched", async () => {
  const [clock, disk, own] = [new FakeClock(), { free: 100 }, new AbortController()];
  const watch = guardOf(disk).watch(clock, own, new AbortController().signal);
  await clock.advance(250);
  assertEquals(own.signal.aborted, false);
  disk.free = 99;
  await clock.advance(250);
  await watch;
  assertEquals(own.signal.reason.code, "no_space");
});

Deno.test("SpaceGuard.watch() ends with the watched work, and aborts nothing", async () => {
  const [clock, own, done] = [new FakeClock(), new AbortController(), new AbortController()];
  const watch = guardOf({ free: 0 }).watch(clock, own, done.signal);
  done.abort();
  await watch;
  assertEquals([own.signal.aborted, clock.sleeping], [false, 0]);
});
