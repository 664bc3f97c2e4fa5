/**
 * Names of backing files in qcow2 headers: complete, truncated, and in qemu's several forms.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { backingFileOf } from "@/cache/backing_file.ts";
import { qcow2Overlay } from "../../doubles/qcow2.ts";

/** A disk with these bytes, that gives at most `step` of them at once. */
function diskOf(bytes: Uint8Array, step = Infinity) {
  return {
    readAt(buffer: Uint8Array, offset: number) {
      const piece = bytes.subarray(offset, offset + Math.min(step, buffer.length));
      buffer.set(piece);
      return piece.length;
    },
  };
}

/** Names as qemu-img writes them, and the path in them. */
const NAMES = [
  ["/var/lib/nova/instances/_base/abc", "/var/lib/nova/instances/_base/abc"],
  ["../_base/abc", "../_base/abc"],
  ["file:/var/lib/abc", "/var/lib/abc"],
  ['json:{"driver":"qcow2","file":{"driver":"file","filename":"/b/abc"}}', "/b/abc"],
  ['json:{"file.filename": "/b/a\\"bc"}', '/b/a"bc'],
  ['json:{"driver":"nbd","server.path":"/s"}', undefined],
  ["/b/größe", "/b/größe"],
] as const;

for (const [name, path] of NAMES) {
  Deno.test(`backingFileOf() reads '${name}'`, () => {
    assertEquals(backingFileOf(diskOf(qcow2Overlay(name))), path);
  });
}

Deno.test("backingFileOf() reads a name that comes in pieces", () => {
  assertEquals(backingFileOf(diskOf(qcow2Overlay("/b/abc"), 3)), "/b/abc");
});

Deno.test("backingFileOf() finds none in a qcow2 file without one, nor in other files", () => {
  assertEquals(backingFileOf(diskOf(qcow2Overlay(undefined))), undefined);
  assertEquals(backingFileOf(diskOf(new Uint8Array(4096))), undefined);
  assertEquals(backingFileOf(diskOf(new Uint8Array(0))), undefined);
  assertEquals(backingFileOf(diskOf(qcow2Overlay("/b/abc").subarray(0, 19))), undefined);
});

Deno.test("backingFileOf() accepts no name longer than qemu does", () => {
  const longest = "/".padEnd(1023, "a");
  assertEquals(backingFileOf(diskOf(qcow2Overlay(longest))), longest);
  assertEquals(backingFileOf(diskOf(qcow2Overlay(`${longest}a`))), undefined);
});
