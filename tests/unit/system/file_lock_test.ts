import { join } from "node:path";
import { assertEquals, assertRejects } from "@std/assert";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const inDirectory = (test: (path: string) => Promise<void>) =>
  withFiles({}, (folder) => test(join(folder, "lock")));

Deno.test("systemFiles.lock() that is aborted still takes a free lock, so that its file can be removed", () =>
  inDirectory(async (path) => {
    const ending = new AbortController();
    const lock = systemFiles.lock(path, ending.signal);
    ending.abort(new Error("over"));
    using _held = await lock;
    assertEquals(await systemFiles.tryLock(path), undefined);
  }));

Deno.test("systemFiles.lock() that is aborted does not touch another process's lock", () =>
  inDirectory(async (path) => {
    using _held = await systemFiles.lock(path, new AbortController().signal);
    const ending = new AbortController();
    const lock = systemFiles.lock(path, ending.signal);
    ending.abort(new Error("over"));
    await assertRejects(() => lock, Error, "over");
    assertEquals(systemFiles.lstat(path)?.isFile, true);
  }));

Deno.test("systemFiles.lock() is aborted before it makes a file", () =>
  inDirectory(async (path) => {
    await assertRejects(() => systemFiles.lock(path, AbortSignal.abort(new Error("over"))));
    assertEquals(systemFiles.lstat(path), undefined);
  }));

Deno.test("systemFiles.lock() that waits for a file which its holder removes takes a new one", () =>
  inDirectory(async (path) => {
    const never = new AbortController().signal;
    const first = await systemFiles.lock(path, never);
    const waiting = systemFiles.lock(path, never);
    systemFiles.remove(path);
    first[Symbol.dispose]();
    using _second = await waiting;
    assertEquals(systemFiles.lstat(path)?.isFile, true);
    assertEquals(await systemFiles.tryLock(path), undefined);
  }));

Deno.test("systemFiles.lock() makes a file that every user can lock, whatever the umask is", () =>
  inDirectory(async (path) => {
    const program = `
      import { systemFiles } from "${import.meta.resolve("../../../src/system/files.ts")}";
      await systemFiles.lock(${JSON.stringify(path)}, new AbortController().signal);
    `;
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const deno = [Deno.execPath(), "eval", "--no-lock", `--config=${config}`, program];
    // The umask is the whole process's, and other tests run in this one.
    const args = ["-c", 'umask 077 && exec "$@"', "sh", ...deno];
    const { code, stderr } = await new Deno.Command("sh", { args }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(systemFiles.lstat(path)?.mode, 0o644);
  }));
