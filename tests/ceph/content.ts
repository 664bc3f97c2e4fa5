/**
 * Compares files: every byte, and the disk space that they take.
 *
 * @module
 */
import { assertLessOrEqual } from "@std/assert";
import { run } from "@lab/ceph/command.ts";

/** Asserts that two files have the same bytes. */
export async function assertSameBytes(path: string, original: string): Promise<void> {
  await run(["cmp", path, original]);
}

/** Asserts that what is a hole in the original costs no disk in the copy either. */
export async function assertAsSparse(path: string, original: string): Promise<void> {
  // Half as much again: a copy may keep zeros of less than a block of the finder of holes.
  assertLessOrEqual(await allocated(path), await allocated(original) * 1.5);
}

/** Bytes of disk that a file takes. */
export async function allocated(path: string): Promise<number> {
  return ((await Deno.stat(path)).blocks ?? 0) * 512;
}
