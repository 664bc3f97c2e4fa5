import { assertEquals, assertThrows } from "@std/assert";
import type { Reading } from "@/formats/format.ts";
import { Walk } from "@/formats/walk.ts";
import { latin1Bytes } from "./samples.ts";

const TEXT = "abcdefghij";

type Wanted = readonly [offset: number, length: number] | number;

/** A walk that asks for ranges and tails, and what it got, as text. */
function ask(wanted: readonly Wanted[], size: number | null = null) {
  const got: string[] = [];
  function* reading(): Reading<void> {
    for (const one of wanted) {
      const bytes = yield typeof one === "number"
        ? { tail: one }
        : { offset: one[0], length: one[1] };
      got.push(String.fromCharCode(...bytes));
    }
  }
  return { walk: new Walk(reading(), size), got };
}

/** What a walk gets of the alphabet's start. */
function walked(...wanted: readonly Wanted[]): readonly string[] {
  const { walk, got } = ask(wanted);
  for (let at = 0; at < TEXT.length; at++) walk.feed(latin1Bytes(TEXT.charAt(at)), at);
  walk.finish(TEXT.length);
  return got;
}

Deno.test("Walk passes a reading the ranges that it requests", () => {
  assertEquals(walked([0, 2], [5, 3], [8, 1]), ["ab", "fgh", "i"]);
});

Deno.test("Walk passes on what exists where the image ends", () => {
  assertEquals(walked([8, 5], [20, 3]), ["ij", ""]);
});

Deno.test("Walk passes on the last bytes, however few there are", () => {
  assertEquals(walked([0, 1], 3), ["a", "hij"]);
  assertEquals(walked(30), [TEXT]);
  for (const [hole, expected] of [[1, "hij\0"], [100, "\0\0\0\0"]] as const) {
    const { walk, got } = ask([4]);
    walk.feed(latin1Bytes(TEXT), 0);
    walk.feedZeros(hole, 10);
    walk.finish(10 + hole);
    assertEquals(got, [expected]);
  }
});

Deno.test("Walk reads holes as zeros", () => {
  const { walk, got } = ask([[1, 4]]);
  walk.feed(latin1Bytes("ab"), 0);
  walk.feedZeros(2, 2);
  assertEquals(walk.done, false);
  walk.feed(latin1Bytes("e"), 4);
  assertEquals([walk.done, got], [true, ["b\0\0e"]]);
});

Deno.test("Walk continues at once if no data can follow", () => {
  const { walk, got } = ask([[3, 0], [10, 5]], 10);
  assertEquals([walk.done, got], [true, ["", ""]]);
});

Deno.test("Walk keeps only what its reading waits for, and says what that is", () => {
  const { walk } = ask([[2, 4], 3], 100);
  assertEquals([walk.kept, walk.next, walk.due], [4, 2, 6]);
  walk.feed(latin1Bytes("abcdef"), 0);
  assertEquals([walk.kept, walk.next, walk.due], [3, 97, Infinity]);
  walk.finish(6);
  assertEquals([walk.kept, walk.next, walk.done], [0, Infinity, true]);
});

Deno.test("Walk does not go back", () => {
  assertThrows(() => walked([0, 5], [3, 1]), Error, "went back from 5 to 3");
});
