/**
 * Lower bounds for a transfer: only hashing that many bytes, only writing them, or only discarding
 * what a server sends.
 *
 *     deno run -A tests/bench/limit.ts hash BYTES
 *     deno run -A tests/bench/limit.ts write BYTES FILE
 *     deno run -A tests/bench/limit.ts get URL
 *
 * @module
 */
import { createHash } from "node:crypto";

const MIB = 1 << 20;

/** Hashes one MiB again and again, so that memory is no part of it. */
function hash(bytes: number): void {
  const sha512 = createHash("sha512");
  const buffer = new Uint8Array(MIB);
  for (let left = bytes; left > 0; left -= MIB) sha512.update(buffer.subarray(0, left));
  sha512.digest();
}

/** Writes what is not zero, MiB by MiB, down to the disk. */
function write(bytes: number, path: string): void {
  const buffer = new Uint8Array(MIB).fill(7);
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (let left = bytes; left > 0; left -= MIB) file.writeSync(buffer.subarray(0, left));
  file.syncSync();
}

/** Reads a response into one buffer. */
async function get(url: string): Promise<void> {
  const { body, ok, status } = await fetch(url);
  if (!ok || body === null) throw new Error(`Cannot get '${url}': ${status}`);
  const reader = body.getReader({ mode: "byob" });
  let buffer = new Uint8Array(MIB);
  for (;;) {
    const { value, done } = await reader.read(buffer);
    if (done) return;
    buffer = new Uint8Array(value.buffer);
  }
}

if (import.meta.main) {
  const [what, first = "", path = ""] = Deno.args;
  if (what === "hash") hash(Number(first));
  else if (what === "write") write(Number(first), path);
  else await get(first);
}
