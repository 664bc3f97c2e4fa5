/**
 * The recovery of Deno's runtime refuses whatever is not exactly runtime, payload and trailer.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { recoverRuntime } from "../../../.ci/denort.ts";

/** A 64-byte ELF header whose section table, of two entries, is all that follows it. */
function elf(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64 + 2 * 64);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x7f454c46);
  view.setUint8(4, 2);
  view.setBigUint64(40, 64n, true);
  view.setUint16(58, 64, true);
  view.setUint16(60, 2, true);
  return bytes;
}

/** What `deno compile` makes of a runtime: payload and trailer behind it. */
function compiled(runtime: Uint8Array, payload: number, magic = 0x501e): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(runtime.length + payload + 16);
  bytes.set(runtime);
  const trailer = new DataView(bytes.buffer, bytes.length - 16);
  trailer.setUint32(0, magic, true);
  trailer.setBigUint64(8, BigInt(payload + 16), true);
  return bytes;
}

Deno.test("recoverRuntime gives back the ELF without payload and trailer", () => {
  assertEquals(recoverRuntime(compiled(elf(), 1000)), elf());
});

Deno.test("recoverRuntime refuses a file that does not end as a compiled one", () => {
  assertThrows(() => recoverRuntime(compiled(elf(), 10, 0x501f)), Error, "does not end as");
  assertThrows(() => recoverRuntime(new Uint8Array(3)), Error, "does not end as");
});

Deno.test("recoverRuntime refuses a rest that is longer or shorter than its ELF", () => {
  const longer = new Uint8Array([...elf(), 0]);
  assertThrows(() => recoverRuntime(compiled(longer, 10)), Error, "193 bytes are left");
  assertThrows(() => recoverRuntime(compiled(elf().subarray(0, 191), 10)), Error, "191 bytes");
});

Deno.test("recoverRuntime refuses what is not a 64-bit ELF", () => {
  assertThrows(() => recoverRuntime(compiled(new Uint8Array(192), 10)), Error, "not a 64-bit ELF");
});
