import { join } from "node:path";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { acceptedFile, storeFile } from "@/sources/file.ts";
import { systemFiles } from "@/system/files.ts";
import { dense, noise, writeSparse } from "@lab/embedded/content.ts";
import { receive } from "../../suites/received.ts";

const CONTENT = dense(noise(5000));

const resolve = (url: string, ...roots: readonly string[]) =>
  storeFile(systemFiles, acceptedFile(url, roots));

/** A store with the file `image`, and beside it a directory with the file `secret`. */
async function withStore(test: (store: string, outside: string) => Promise<void>) {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const [store, outside] = [join(directory, "store"), join(directory, "store-of-others")];
  try {
    for (const [folder, name] of [[store, "image"], [outside, "secret"]] as const) {
      await Deno.mkdir(folder);
      writeSparse(CONTENT, join(folder, name));
    }
    await test(store, outside);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

for (const scheme of ["file", "filesystem", "FILE"]) {
  Deno.test(`storeFile() reads a ${scheme} location below a listed directory`, () =>
    withStore(async (store) => {
      for (const root of [store, `${store}/`]) {
        const source = resolve(`${scheme}://${store}/image`, root);
        assertEquals([source.kind, source.resumable], ["file", false]);
        assertEquals((await receive(source, CONTENT)).length, CONTENT.size);
      }
    }));
}

const OUTSIDE: readonly (readonly [what: string, url: string])[] = [
  ["another directory", "file:///etc/passwd"],
  ["a directory whose name begins alike", "file:///store-of-others/secret"],
  ["the directory itself", "file:///store"],
  ["a way out", "file:///store/../etc/passwd"],
  ["an escaped way out", "file:///store/%2e%2e/etc/passwd"],
  ["an escaped slash", "file:///store/..%2f..%2fetc/passwd"],
  ["another host", "file://elsewhere/store/image"],
];

for (const [what, url] of OUTSIDE) {
  Deno.test(`acceptedFile() refuses ${what}, without a look at the disk`, () => {
    const error = assertThrows(() => resolve(url, "/store"), ToolError);
    assertEquals(error.code, "location_invalid");
  });
}

Deno.test("acceptedFile() refuses everything without a directory, and names the setting", () => {
  const error = assertThrows(() => resolve("file:///store/image"), ToolError);
  assertStringIncludes(error.hints.join(), "[glance_direct]file_roots");
});

Deno.test("storeFile() follows no symbolic link out of the listed directories", () =>
  withStore(async (store, outside) => {
    await Deno.symlink(join(outside, "secret"), join(store, "link"));
    await Deno.symlink(outside, join(store, "folder"));
    for (const path of ["link", "folder/secret"]) {
      const source = resolve(`file://${store}/${path}`, store);
      const error = await assertRejects(() => receive(source, CONTENT), ToolError);
      assertEquals(error.code, "location_invalid");
      assertStringIncludes(error.message, join(outside, "secret"));
    }
  }));

Deno.test("storeFile() accepts a listed directory that is a symbolic link, and a missing one", () =>
  withStore(async (store) => {
    const link = `${store}-link`;
    await Deno.symlink(store, link);
    const source = resolve(`file://${link}/image`, "/proc/none", link);
    assertEquals((await receive(source, CONTENT)).length, CONTENT.size);
  }));

Deno.test("storeFile() waits for no other listed directory, which may be on a share that hangs", () =>
  withStore(async (store) => {
    const realPath = (path: string) =>
      path.startsWith(store) ? systemFiles.realPath(path) : new Promise<never>(() => {});
    const settings = acceptedFile(`file://${store}/image`, ["/dead", store]);
    const source = storeFile({ ...systemFiles, realPath }, settings);
    assertEquals((await receive(source, CONTENT)).length, CONTENT.size);
  }));

for (const [what, make] of [["a directory", Deno.mkdir], ["nothing", () => {}]] as const) {
  Deno.test(`storeFile() calls ${what} at the place lasting, so that another source serves`, () =>
    withStore(async (store) => {
      await make(join(store, "other"));
      const source = resolve(`file://${store}/other`, store);
      const error = await assertRejects(() => receive(source, CONTENT), ToolError);
      assertEquals(error.code, "source_unavailable", error.message);
    }));
}

Deno.test({
  name: "storeFile() does not wait for a writer of a pipe",
  ignore: Deno.build.os === "windows",
  // The opening of the pipe is left behind, as it would be on a share that is gone.
  sanitizeOps: false,
  async fn() {
    await withStore(async (store) => {
      const pipe = join(store, "pipe");
      await new Deno.Command("mkfifo", { args: [pipe] }).output();
      const reason = new ToolError("timeout", "The test has seen enough");
      const controller = new AbortController();
      const receiving = receive(resolve(`file://${pipe}`, store), CONTENT, {
        signal: controller.signal,
      });
      controller.abort(reason);
      assertEquals(await assertRejects(() => receiving, ToolError), reason);
      // A writer that comes and goes ends it.
      using _writer = await Deno.open(pipe, { read: true, write: true });
    });
  },
});
