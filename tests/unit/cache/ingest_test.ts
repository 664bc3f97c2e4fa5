import { join } from "node:path";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Ingest } from "@/cache/ingest.ts";
import { temporaryPath } from "@/cache/paths.ts";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { withFiles } from "../../doubles/folder.ts";

const KEY = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const bytes = (text: string) => new TextEncoder().encode(text);

function inDirectory(test: (directory: string, path: string) => Promise<void>): Promise<void> {
  return withFiles({}, (directory) => test(directory, join(directory, KEY)));
}

function outside(files: Files = systemFiles, records: string[] = []) {
  return {
    files,
    identity: { uid: Deno.uid(), pid: Deno.pid, hostname: "test" },
    log: (_level: string, message: string) => void records.push(message),
  };
}

const publication = (path: string, replace = false) => ({ path, mode: 0o640, replace });

Deno.test("Ingest publishes the name only at commit, with the requested mode", () =>
  inDirectory(async (directory, path) => {
    using ingest = await Ingest.begin(outside(), publication(path));
    ingest.file.writeAt(bytes("abc"), 0);
    assertEquals(systemFiles.stat(path), undefined);
    assertEquals(systemFiles.stat(temporaryPath(path, Deno.pid))?.mode, 0o600);
    assertEquals(ingest.commit(), true);
    assertEquals(systemFiles.readText(path), "abc");
    assertEquals(systemFiles.stat(path)?.mode, 0o640);
    ingest[Symbol.dispose]();
    assertEquals(systemFiles.list(directory), [KEY]);
  }));

Deno.test("Ingest disposed without commit leaves nothing", () =>
  inDirectory(async (directory, path) => {
    {
      using ingest = await Ingest.begin(outside(), publication(path));
      ingest.file.writeAt(bytes("abc"), 0);
    }
    assertEquals(systemFiles.list(directory), []);
  }));

Deno.test("Ingest.commit() keeps an existing file with the name, unless it may replace it", () =>
  inDirectory(async (_directory, path) => {
    await Deno.writeTextFile(path, "first");
    {
      using ingest = await Ingest.begin(outside(), publication(path));
      assertEquals(ingest.commit(), false);
    }
    assertEquals(systemFiles.readText(path), "first");
    using ingest = await Ingest.begin(outside(), publication(path, true));
    ingest.file.writeAt(bytes("second"), 0);
    assertEquals(ingest.commit(), true);
    assertEquals(systemFiles.readText(path), "second");
  }));

Deno.test("Ingest.begin() is not stopped by what another user left", () =>
  inDirectory(async (_directory, path) => {
    const foreign = temporaryPath(path, 4_000_001);
    await Deno.writeTextFile(foreign, "theirs");
    const tryLock = () =>
      Promise.reject(new ToolError("permission_denied", `Cannot lock '${foreign}'`));
    using ingest = await Ingest.begin(outside({ ...systemFiles, tryLock }), publication(path));
    assertEquals(ingest.commit(), true);
    assertEquals(systemFiles.readText(foreign), "theirs");
  }));

Deno.test("Ingest.begin() removes what a dead run left, not what a live one writes", () =>
  inDirectory(async (directory, path) => {
    await Deno.writeTextFile(temporaryPath(path, 4_000_001), "dead");
    const live = temporaryPath(path, 4_000_002);
    using writer = systemFiles.createNew(live, 0o600);
    writer.lock();
    const other = temporaryPath(join(directory, "other"), 4_000_003);
    await Deno.writeTextFile(other, "of another image");
    {
      using _ingest = await Ingest.begin(outside(), publication(path));
    }
    assertEquals(systemFiles.list(directory).map((name) => join(directory, name)), [other, live]);
  }));

Deno.test("Ingest.begin() leaves nothing on a file system without locks", () =>
  inDirectory(async (directory, path) => {
    const files = {
      ...systemFiles,
      createNew(...args: Parameters<Files["createNew"]>) {
        const file = systemFiles.createNew(...args);
        file.lock = () => {
          throw new ToolError("io", "Cannot lock it");
        };
        return file;
      },
    };
    await assertRejects(() => Ingest.begin(outside(files), publication(path)), ToolError);
    assertEquals(systemFiles.list(directory), []);
  }));

Deno.test("Ingest.commit() that fails before the name leaves nothing", () =>
  inDirectory(async (directory, path) => {
    const files = {
      ...systemFiles,
      chmod() {
        throw new ToolError("io", "Cannot set the mode");
      },
    };
    {
      using ingest = await Ingest.begin(outside(files), publication(path));
      assertThrows(() => ingest.commit(), ToolError, "Cannot set the mode");
    }
    assertEquals(systemFiles.list(directory), []);
  }));

Deno.test("Ingest.commit() does not fail any more once the file has its name", () =>
  inDirectory(async (_directory, path) => {
    const records: string[] = [];
    const files = {
      ...systemFiles,
      syncDirectory() {
        throw new ToolError("io", "Cannot flush '/x'");
      },
    };
    using ingest = await Ingest.begin(outside(files, records), publication(path));
    assertEquals(ingest.commit(), true);
    assertEquals(records, [
      "Cannot flush '/x'; the file is complete, but a power failure may remove it",
    ]);
  }));

Deno.test("Ingest.commit() flushes the content before the name and the directory after it", () =>
  inDirectory(async (_directory, path) => {
    const order: string[] = [];
    const files: Files = {
      ...systemFiles,
      createNew(name, mode) {
        const file = systemFiles.createNew(name, mode);
        return Object.assign(Object.create(file), {
          writeAt: file.writeAt.bind(file),
          lock: file.lock.bind(file),
          close: file.close.bind(file),
          sync: () => void order.push("sync"),
        });
      },
      chmod: (name, mode) => (order.push("chmod"), systemFiles.chmod(name, mode)),
      link: (from, to) => (order.push("link"), systemFiles.link(from, to)),
      syncDirectory: () => void order.push("sync directory"),
    };
    using ingest = await Ingest.begin(outside(files), publication(path));
    ingest.commit();
    assertEquals(order, ["chmod", "sync", "link", "sync directory"]);
  }));
