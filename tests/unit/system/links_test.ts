/**
 * Symbolic links planted in the program's directories: it follows none of them.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { Ingest } from "@/cache/ingest.ts";
import { temporaryPath } from "@/cache/paths.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";

const never = new AbortController().signal;

/** A link to somebody else's file, which must be afterwards what it was. */
async function withLink(test: (link: string, directory: string) => unknown): Promise<void> {
  const directory = await Deno.makeTempDir();
  const [theirs, link] = [join(directory, "theirs"), join(directory, "link")];
  try {
    await Deno.writeTextFile(theirs, "theirs", { mode: 0o604 });
    await Deno.symlink(theirs, link);
    const before = await Deno.stat(theirs);
    await test(link, directory);
    const { mode, mtime, uid } = await Deno.stat(theirs);
    assertEquals({ mode, mtime, uid }, { mode: before.mode, mtime: before.mtime, uid: before.uid });
    assertEquals(await Deno.readTextFile(theirs), "theirs");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const REFUSED: Readonly<Record<string, (link: string) => unknown>> = {
  createNew: (link) => systemFiles.createNew(link, 0o600),
  chmod: (link) => systemFiles.chmod(link, 0o777),
  chown: (link) => systemFiles.chown(link, 64055, 64055),
};

for (const [name, attempt] of Object.entries(REFUSED)) {
  Deno.test(`systemFiles.${name}() refuses a symbolic link`, () =>
    withLink((link) => {
      assertStringIncludes(assertThrows(() => attempt(link), ToolError).message, link);
    }));
}

Deno.test("systemFiles.touch(), rename() and remove() change the link, not its target", () =>
  withLink((link) => {
    systemFiles.touch(link, 5000);
    assertEquals(systemFiles.lstat(link)?.mtime, 5000);
    systemFiles.rename(link, `${link}-renamed`);
    systemFiles.remove(`${link}-renamed`);
    assertEquals(systemFiles.lstat(`${link}-renamed`), undefined);
  }));

Deno.test("systemFiles.lock() refuses a symbolic link, and creates nothing behind one", () =>
  withLink(async (link, directory) => {
    const error = await assertRejects(() => systemFiles.lock(link, never), ToolError);
    assertEquals([error.code, error.exitStatus], ["cannot_create", 73]);
    await Deno.remove(link);
    await Deno.symlink(join(directory, "made"), link);
    await assertRejects(() => systemFiles.lock(link, never), ToolError, "not a regular file");
    assertEquals(systemFiles.lstat(join(directory, "made")), undefined);
  }));

Deno.test("systemFiles.tryLock() has no lock to give where a symbolic link lies", () =>
  withLink(async (link) => assertEquals(await systemFiles.tryLock(link), undefined)));

Deno.test("Ingest.commit() does not change the owner of the target of a link in the temporary file's place", () =>
  withLink(async (link, directory) => {
    const path = join(directory, "image");
    const identity = { uid: Deno.uid(), pid: Deno.pid, hostname: "test" };
    const outside = { files: systemFiles, identity, log: () => {} };
    using ingest = await Ingest.begin(outside, { path, mode: 0o777, replace: false });
    await Deno.rename(link, temporaryPath(path, Deno.pid));
    assertThrows(() => ingest.commit(), ToolError, "Cannot set the mode");
    assertEquals(systemFiles.lstat(path), undefined);
  }));
