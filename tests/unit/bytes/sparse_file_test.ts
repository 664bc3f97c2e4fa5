import { assertEquals } from "@std/assert";
import { BLOCK_SIZE } from "@/bytes/zero_blocks.ts";
import { sparseFile } from "@/bytes/sparse_file.ts";
import { through } from "@/bytes/stage.ts";
import { systemFiles } from "@/system/files.ts";
import { bytesOf, data, hole, randomBytes, streamOf } from "../../doubles/segments.ts";

async function written(...segments: Parameters<typeof streamOf>) {
  const path = await Deno.makeTempFile();
  await Deno.remove(path);
  using file = systemFiles.createNew(path, 0o600);
  await bytesOf(streamOf(...segments).pipeThrough(through(sparseFile(file))));
  const result = { bytes: await Deno.readFile(path), allocated: file.stat().allocated };
  await Deno.remove(path);
  return result;
}

Deno.test("sparseFile() writes data and leaves holes, the last one too", async () => {
  const { bytes, allocated } = await written(hole(1 << 20), data("x"), hole(1 << 20));
  assertEquals(bytes.length, (2 << 20) + 1);
  assertEquals(bytes[1 << 20], 120);
  assertEquals(allocated <= 2 * BLOCK_SIZE, true, `${allocated} bytes allocated`);
});

Deno.test("sparseFile() turns zero blocks of data into holes", async () => {
  const block = randomBytes(BLOCK_SIZE);
  const { bytes, allocated } = await written(data(new Uint8Array(64 * BLOCK_SIZE)), data(block));
  assertEquals(bytes.subarray(64 * BLOCK_SIZE), block);
  assertEquals(allocated, BLOCK_SIZE);
});

Deno.test("sparseFile() makes an empty file of an empty stream", async () => {
  assertEquals((await written()).bytes.length, 0);
});
