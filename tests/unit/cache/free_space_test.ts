/**
 * What cannot fit is refused before the first byte.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { expectSpace, type SpaceNeed } from "@/cache/free_space.ts";
import { ToolError } from "@/errors.ts";

const NEED = { path: "/c/x", size: 100, isSparse: false, isConverted: false, reserved: 0 };

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
    "Cannot make '/c/x': 99 bytes are free, needed are 100",
  ]);
});

Deno.test("expectSpace() leaves nova's reserve alone", () => {
  assertEquals(check(150, { reserved: 50 }), []);
  assertThrows(() => check(150, { reserved: 51 }), ToolError, "99 bytes are free");
  assertThrows(() => check(10, { reserved: 51 }), ToolError, "0 bytes are free");
});

Deno.test("expectSpace() wants room for the image and its raw copy", () => {
  assertEquals(check(200, { isConverted: true }), []);
  assertThrows(() => check(199, { isConverted: true }), ToolError, "needed are 200");
});

Deno.test("expectSpace() only warns of an image that may be mostly holes", () => {
  assertEquals(check(99, { isSparse: true }), [
    "warning: '/c/x' may not fit: 99 bytes are free, needed are up to 100",
  ]);
});

Deno.test("expectSpace() says nothing where the free space is not known", () => {
  assertEquals(check(undefined, {}), []);
});
