import { assert, assertEquals, assertThrows } from "@std/assert";
import { hashSpeed } from "@/bytes/hash_speed.ts";
import { ToolError } from "@/errors.ts";

Deno.test("hashSpeed() measures for as long as it says", () => {
  let now = 0;
  // A mebibyte each 5 ms.
  assertEquals(hashSpeed({ monotonic: () => (now += 5) - 5 }, "sha256"), (1 << 20) / 5 * 1000);
  assert(now <= 40, `${now} ms`);
});

Deno.test("hashSpeed() ends with a clock that stands still, and says nothing", () => {
  assertEquals(hashSpeed({ monotonic: () => 0 }, "md5"), undefined);
});

Deno.test("hashSpeed() knows no other algorithms than verification does", () => {
  assertThrows(() => hashSpeed({ monotonic: () => 0 }, "shake_128"), ToolError, "'shake_128'");
});
