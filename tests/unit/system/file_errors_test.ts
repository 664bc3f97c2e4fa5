import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { fileError } from "@/system/file_errors.ts";
import { systemFiles } from "@/system/files.ts";

/** Code, message and hint of what an operation on a real path throws. */
function thrown(operation: () => unknown): readonly (string | undefined)[] {
  const { code, message, hints } = assertThrows(operation, ToolError);
  return [code, message, hints[0]];
}

Deno.test("fileError says the system's reason once, and where to look", () => {
  assertEquals(thrown(() => systemFiles.open("/nowhere/disk")), [
    "io",
    "Cannot open '/nowhere/disk': No such file or directory",
    "check what is there: ls -l /nowhere",
  ]);
  assertEquals(thrown(() => systemFiles.createNew("/nowhere/disk", 0o600)), [
    "cannot_create",
    "Cannot create '/nowhere/disk': No such file or directory",
    "check what is there: ls -l /nowhere",
  ]);
});

Deno.test("fileError takes the code from the errno, even if Deno reports only its number", () => {
  const full = new Error("No space left on device (os error 28): write '/x/y'");
  const { code, message } = fileError("write", "/x/y", "io", full);
  assertEquals([code, message], ["no_space", "Cannot write '/x/y': No space left on device"]);
});

Deno.test("fileError does not tell an operator how to compile the program", () => {
  const refused = new Deno.errors.NotCapable("Requires all access, use deno compile --allow-all");
  const { code, message, hints } = fileError("create", "/proc/x", "cannot_create", refused);
  assertEquals([code, message], [
    "cannot_create",
    "Cannot create '/proc/x': this program has no permission for it",
  ]);
  assertEquals(hints, ["check the owner and the mode of the directory: ls -ld /proc"]);
});

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

Deno.test("fileError() names a read-only file system as one", () => {
  for (
    const error of [
      new Error("Read-only file system (os error 30)"),
      Object.assign(new Error("EROFS: read-only file system, open '/x/y'"), { code: "EROFS" }),
    ]
  ) {
    const { code, hints, message } = fileError("create", "/x/y", "io", error);
    assertEquals([code, hints], [
      "cannot_create",
      ["it is on a read-only file system: findmnt -T /x"],
    ]);
    assertMatch(message, /read-only file system/i);
  }
});

Deno.test("fileError() says how to give a user access to a file that no group may read", async () => {
  const denied = new Deno.errors.PermissionDenied("Permission denied (os error 13)");
  const path = await Deno.makeTempFile();
  try {
    await Deno.chmod(path, 0o600);
    const [closed] = fileError("read", path, "io", denied).hints;
    assertMatch(closed ?? "", new RegExp(`: chgrp \\S+ ${path}; chmod 640 ${path}$`));
    const [changed] = fileError("change the mode of", path, "io", denied).hints;
    await Deno.chmod(path, 0o644);
    const [open] = fileError("read", path, "io", denied).hints;
    assertEquals(open, changed);
    assertEquals(open, `run as its owner, as a member of its group, or as root: ls -ld ${path}`);
  } finally {
    await Deno.remove(path);
  }
});
