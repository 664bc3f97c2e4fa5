import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { touchBase } from "@/transfer/cached.ts";
import { systemContext } from "@/system/context.ts";
import { fileError } from "@/system/file_errors.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const { clock } = systemContext();

Deno.test("touchBase sets the mtime of a base file to now", () =>
  withFiles({ base: "abc" }, (folder) => {
    const path = join(folder, "base");
    systemFiles.touch(path, 5000);
    touchBase({ clock, files: systemFiles, log: () => {} }, path);
    assertEquals(Math.abs((systemFiles.stat(path)?.mtime ?? 0) - clock.now()) < 60_000, true);
  }));

Deno.test("touchBase warns where the base file belongs to another user", () => {
  const files = {
    ...systemFiles,
    touch(path: string) {
      const error = new Error("Operation not permitted (os error 1)");
      throw fileError("set the time of", path, "io", error);
    },
  };
  const logged: string[] = [];
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  touchBase({ clock, files, log }, "/cache/base");
  assertEquals(logged, [
    "warning: Nova may remove '/cache/base' once it is unused: Cannot set the time of '/cache/base': Operation not permitted",
  ]);
});
