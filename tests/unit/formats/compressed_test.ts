/**
 * Images that were uploaded as they were downloaded: siderolabs/talos#11230 (`.raw.xz`),
 * coreos/fedora-coreos-tracker#869 (`.qcow2.xz`), flatcar/Flatcar#575 (`.img.bz2`).
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { assertEquals } from "@std/assert";
import { inspected, inspectorFor } from "./inspect_image.ts";

const SIZE = 4096;

function beginning(...bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(SIZE);
  file.set(bytes);
  return file;
}

const FILES: Readonly<Record<string, readonly [string, Uint8Array<ArrayBuffer>]>> = {
  xz: ["unxz", beginning(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
  gzip: ["gunzip", beginning(...gzipSync("disk"))],
  bzip2: ["bunzip2", beginning(0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59)],
  zstd: ["unzstd", beginning(0x28, 0xb5, 0x2f, 0xfd)],
};

for (const [name, [command, file]] of Object.entries(FILES)) {
  Deno.test(`an image that is compressed with ${name} is refused with this reason`, () => {
    const inspector = inspectorFor("qcow2");
    for (const byte of file) inspector.feed(Uint8Array.of(byte));
    assertEquals(
      inspector.problem?.message,
      `Cannot use the image: its content is compressed with ${name}, its disk_format is 'qcow2'`,
    );
    assertEquals(inspector.problem?.hints, [
      `decompress it and upload the result: ${command} FILE`,
    ]);
  });

  Deno.test(`a ramdisk that is compressed with ${name} is accepted`, () => {
    assertEquals(inspected(file, "ari").notes, []);
  });

  Deno.test(`an image of disk_format raw that is compressed with ${name} passes with a note`, () => {
    assertEquals(inspected(file, "raw").notes, [
      `is compressed with ${name}, and nova does not decompress it: ${command} FILE`,
    ]);
  });
}

Deno.test("what only looks compressed in part is raw", () => {
  for (const bytes of [[0xfd, 0x37], [0x1f, 0x8b], [0x42, 0x5a, 0x68], [0, 0x1f, 0x8b, 8]]) {
    assertEquals(inspected(beginning(...bytes), "raw").notes, []);
  }
});
