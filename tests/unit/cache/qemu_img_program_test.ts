import { assertEquals, assertThrows } from "@std/assert";
import { expectQemuImg, QEMU_IMG_PROGRAM } from "@/cache/qemu_img_program.ts";
import type { FileInfo } from "@/context.ts";
import { ToolError } from "@/errors.ts";

/** Nothing is at the operator's place. */
const NO_PLACE = { lstat: () => undefined, readLink: () => "" };

Deno.test("expectQemuImg names Debian's package of qemu-img, and the setting that does without", () => {
  const files = { ...NO_PLACE, stat: () => undefined };
  const error = assertThrows(() => expectQemuImg(files), ToolError, "is not installed");
  assertEquals([error.code, error.exitStatus], ["cannot_create", 73]);
  assertEquals(error.hints, [
    "apt-get install qemu-utils, or dnf install qemu-img",
    "set [DEFAULT]force_raw_images = false to cache images as they are",
  ]);
});

Deno.test("expectQemuImg returns the compiled-in path of the program", () => {
  const program = expectQemuImg({
    ...NO_PLACE,
    stat: (path) => path === QEMU_IMG_PROGRAM ? { isFile: true } as FileInfo : undefined,
  });
  assertEquals(program, QEMU_IMG_PROGRAM);
});
