/**
 * Which files are read; their order is in the cases shared with oslo.config.
 *
 * @module
 */
import { type ConfigSources, readConfigFiles } from "@/config/config_files.ts";
import type { Environment } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { systemFiles } from "@/system/files.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { memoryFiles } from "./memory_config.ts";

const EMPTY_ENV: Pick<Environment, "get"> = { get: () => undefined };

function pathsOf(paths: readonly string[], sources: ConfigSources = [], env = EMPTY_ENV): string[] {
  const files = memoryFiles(Object.fromEntries(paths.map((path) => [path, ""])));
  return readConfigFiles(sources, { files, env }).map(({ path }) => path);
}

function failure(sources: ConfigSources, paths: readonly string[] = []): ToolError {
  return assertThrows(() => pathsOf(paths, sources), ToolError);
}

Deno.test("readConfigFiles finds no file without complaint", () => {
  assertEquals(pathsOf([]), []);
});

Deno.test("readConfigFiles looks into no home directory when there is none", () => {
  assertEquals(pathsOf(["/.nova/nova.conf", "/nova.conf", "/etc/nova/nova.conf"]), [
    "/etc/nova/nova.conf",
  ]);
});

Deno.test("readConfigFiles expands ~ in explicit paths, but not in names", () => {
  const env = { get: (name: string) => name === "HOME" ? "/home/nova" : undefined };
  const file = (path: string): ConfigSources => [{ kind: "file", path }];
  assertEquals(pathsOf(["/home/nova/a.conf"], file("~/a.conf"), env), ["/home/nova/a.conf"]);
  assertEquals(pathsOf(["~a.conf"], file("~a.conf"), env), ["~a.conf"]);
});

Deno.test("readConfigFiles finds nothing under an empty name", () => {
  for (const kind of ["file", "dir"] as const) {
    const read = () =>
      readConfigFiles([{ kind, path: "" }], { files: systemFiles, env: EMPTY_ENV });
    assertEquals(assertThrows(read, ToolError, "Cannot read ''").code, "config_invalid");
  }
});

Deno.test("readConfigFiles names every explicit file that is missing", () => {
  const error = failure([{ kind: "file", path: "/a" }, { kind: "file", path: "/b" }]);
  assertEquals(error.message, "Cannot read '/a', '/b': no such file");
  assertEquals([error.code, error.hints], ["config_invalid", ["check --config-file"]]);
});

Deno.test("readConfigFiles says which option is for a directory and which for a file", () => {
  const directory = failure([{ kind: "file", path: "/d" }], ["/d/"]);
  assertEquals(directory.message, "Cannot read '/d': it is a directory");
  assertEquals(directory.hints, ["use --config-dir for a directory"]);
  const file = failure([{ kind: "dir", path: "/a.conf" }], ["/a.conf"]);
  assertEquals(file.message, "Cannot read '/a.conf': it is not a directory");
  assertEquals(file.hints, ["use --config-file for a file"]);
  const nothing = failure([{ kind: "dir", path: "/nosuch" }]);
  assertEquals(nothing.message, "Cannot read '/nosuch': no such directory");
});

Deno.test("readConfigFiles passes a closed home directory over, but not a closed /etc/nova", () => {
  const denied = new ToolError("permission_denied", "Cannot look at it");
  const found = memoryFiles({ "/etc/nova/nova.conf": "" });
  const closed = (prefix: string) => ({
    ...found,
    stat: (path: string) => {
      if (path.startsWith(prefix)) throw denied;
      return found.stat(path);
    },
  });
  const env = { get: (name: string) => name === "HOME" ? "/root" : undefined };
  const paths = readConfigFiles([], { files: closed("/root"), env }).map(({ path }) => path);
  assertEquals(paths, ["/etc/nova/nova.conf"]);
  assertThrows(
    () => readConfigFiles([], { files: closed("/etc/nova"), env }),
    ToolError,
    "look at",
  );
});

Deno.test("readConfigFiles reports why a file cannot be read", () => {
  const denied = new ToolError("permission_denied", "Cannot read '/etc/nova/nova.conf'");
  const files = {
    ...memoryFiles({ "/etc/nova/nova.conf": "" }),
    readBytes: () => {
      throw denied;
    },
  };
  const error = assertThrows(() => readConfigFiles([], { files, env: EMPTY_ENV }), ToolError);
  assertStrictEquals(error, denied);
});
