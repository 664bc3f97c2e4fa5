import { assertEquals } from "@std/assert";
import { fileError } from "@/system/file_errors.ts";

/** What `Deno` throws, and `node:fs`. */
const ERRORS: readonly (readonly [error: Error, code: string])[] = [
  [new Deno.errors.PermissionDenied("Permission denied (os error 13)"), "permission_denied"],
  [new Deno.errors.NotCapable("Requires write access"), "permission_denied"],
  [Object.assign(new Error("EPERM: not permitted"), { code: "EPERM" }), "permission_denied"],
  [Object.assign(new Error("EACCES: denied"), { code: "EACCES" }), "permission_denied"],
  [new Error("No space left on device (os error 28)"), "no_space"],
  [new Error("Disk quota exceeded (os error 122)"), "no_space"],
  [Object.assign(new Error("EROFS: read-only"), { code: "EROFS" }), "cannot_create"],
  [new Error("Input/output error (os error 5)"), "io"],
];

for (const [error, code] of ERRORS) {
  Deno.test(`fileError() calls '${error.message}' ${code}`, () => {
    assertEquals(fileError("write", "/x", "io", error).code, code);
  });
}
