import { assert, assertEquals, assertThrows } from "@std/assert";
import { hashSpeed } from "@/bytes/hash_speed.ts";
import { ToolError } from "@/errors.ts";

Deno.test("hashSpeed() measures for the documented time", () => {
  let now = 0;
  // A mebibyte each 5 ms.
  assertEquals(hashSpeed({ monotonic: () => (now += 5) - 5 }, "sha256"), (1 << 20) / 5 * 1000);
  assert(now <= 40, `${now} ms`);
});

Deno.test("hashSpeed() ends without a result if the clock stands still", () => {
  assertEquals(hashSpeed({ monotonic: () => 0 }, "md5"), undefined);
});

Deno.test("hashSpeed() supports the algorithms of the verification only", () => {
  assertThrows(() => hashSpeed({ monotonic: () => 0 }, "shake_128"), ToolError, "'shake_128'");
});
