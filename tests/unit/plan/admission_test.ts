import { assertEquals, assertThrows } from "@std/assert";
import { expectFetchable } from "@/plan/admission.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import { imageOf } from "../../doubles/image.ts";

const STRICT = { verify: "full", allowUnhashed: false } as const;

Deno.test("expectFetchable() returns the size of an active image", () => {
  assertEquals(expectFetchable(imageOf("abcd"), STRICT), 4);
});

Deno.test("expectFetchable() accepts a hidden image: hiding it ends its listing, not its use", () => {
  assertEquals(expectFetchable(imageOf("abcd", { properties: { os_hidden: "true" } }), STRICT), 4);
});

/** Every status of glance/domain, and one that is not there yet. */
const STATUSES: readonly (readonly [status: string, code: ErrorCode])[] = [
  ["deactivated", "image_not_active"],
  ["killed", "image_not_active"],
  ["some_day", "image_not_active"],
  ["queued", "temporary"],
  ["saving", "temporary"],
  ["uploading", "temporary"],
  ["importing", "temporary"],
  ["deleted", "not_found"],
  ["pending_delete", "not_found"],
];

for (const [status, code] of STATUSES) {
  Deno.test(`expectFetchable() refuses an image that is '${status}' as ${code}, whatever else is allowed`, () => {
    const lax = { verify: "size", allowUnhashed: true } as const;
    const error = assertThrows(() => expectFetchable(imageOf("abcd", { status }), lax), ToolError);
    assertEquals([error.code, error.hints.length], [code, 1]);
  });
}

Deno.test("expectFetchable() refuses an image without any hash, unless that is allowed or not looked at", () => {
  const record = imageOf("abcd", { hash: null });
  assertEquals(assertThrows(() => expectFetchable(record, STRICT), ToolError).code, "hash_missing");
  assertEquals(expectFetchable(record, { ...STRICT, allowUnhashed: true }), 4);
  assertEquals(expectFetchable(record, { ...STRICT, verify: "size" }), 4);
});

Deno.test("expectFetchable() refuses an image without a size", () => {
  const error = assertThrows(() => expectFetchable(imageOf("", { size: null }), STRICT), ToolError);
  assertEquals(error.exitStatus, 65);
});
