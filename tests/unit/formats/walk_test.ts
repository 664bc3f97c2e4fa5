import { assertEquals, assertThrows } from "@std/assert";
import type { Reading } from "@/formats/format.ts";
import { Walk } from "@/formats/walk.ts";
import { latin1Bytes } from "./samples.ts";

const TEXT = "abcdefghij";

/** Asks for pieces and returns them as text. */
function* ask(...wanted: readonly Parameters<typeof piece>[0][]): Reading<readonly string[]> {
  const got: string[] = [];
  for (const one of wanted) got.push(yield* piece(one));
  return got;
}

function* piece(wanted: readonly [number, number] | number): Reading<string> {
  const bytes = yield typeof wanted === "number"
    ? { tail: wanted }
    : { offset: wanted[0], length: wanted[1] };
  return String.fromCharCode(...bytes);
}

function walked(walk: Walk<readonly string[]>, text = TEXT): readonly string[] {
  for (let at = 0; at < text.length; at++) walk.feed(latin1Bytes(text.charAt(at)), at);
  walk.finish(text.length);
  return walk.result;
}

Deno.test("Walk hands a reading the ranges that it asks for", () => {
  assertEquals(walked(new Walk(ask([0, 2], [5, 3], [8, 1]), null)), ["ab", "fgh", "i"]);
});

Deno.test("Walk hands out what there is, where the image ends", () => {
  assertEquals(walked(new Walk(ask([8, 5], [20, 3]), null)), ["ij", ""]);
});

Deno.test("Walk hands out the last bytes, however few there are", () => {
  assertEquals(walked(new Walk(ask([0, 1], 3), null)), ["a", "hij"]);
  assertEquals(walked(new Walk(ask(30), null)), [TEXT]);
  const walk = new Walk(ask(4), null);
  walk.feed(latin1Bytes(TEXT), 0);
  walk.feedZeros(1, 10);
  walk.finish(11);
  assertEquals(walk.result, ["hij\0"]);
  const hole = new Walk(ask(4), null);
  hole.feed(latin1Bytes(TEXT), 0);
  hole.feedZeros(100, 10);
  hole.finish(110);
  assertEquals(hole.result, ["\0\0\0\0"]);
});

Deno.test("Walk takes holes for zeros", () => {
  const walk = new Walk(ask([1, 4]), null);
  walk.feed(latin1Bytes("ab"), 0);
  walk.feedZeros(2, 2);
  assertEquals(walk.done, false);
  walk.feed(latin1Bytes("e"), 4);
  assertEquals([walk.done, walk.result], [true, ["b\0\0e"]]);
});

Deno.test("Walk goes on at once where nothing can come", () => {
  const walk = new Walk(ask([3, 0], [10, 5]), 10);
  assertEquals([walk.done, walk.result], [true, ["", ""]]);
});

Deno.test("Walk keeps only what its reading waits for, and says what that is", () => {
  const walk = new Walk(ask([2, 4], 3), 100);
  assertEquals([walk.kept, walk.next, walk.due], [4, 2, 6]);
  walk.feed(latin1Bytes("abcdef"), 0);
  assertEquals([walk.kept, walk.next, walk.due], [3, 97, Infinity]);
  walk.finish(6);
  assertEquals([walk.kept, walk.next, walk.done], [0, Infinity, true]);
});

Deno.test("Walk does not go back", () => {
  assertThrows(() => walked(new Walk(ask([0, 5], [3, 1]), null)), Error, "went back from 5 to 3");
});
