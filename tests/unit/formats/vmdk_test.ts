import { FILE_POLICY } from "./policy.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { FormatInspector } from "@/formats/inspector.ts";
import { inspected, refusal, refusedAfter } from "./inspect_image.ts";
import { bytesWith, DESCRIPTOR, latin1Bytes, le, text, vmdk } from "./samples.ts";

const NO_DISK = "is a descriptor without a disk: it refers to other files";

Deno.test("vmdk passes as itself with the size of its disk", () => {
  const { detected, virtualSize } = inspected(vmdk(), "vmdk");
  assertEquals([detected, virtualSize], ["vmdk", 10 << 20]);
});

Deno.test("vmdk under the name of raw is refused at byte 512", () => {
  assertEquals(refusedAfter(vmdk(), "raw"), 512);
});

Deno.test("vmdk of a type that nova.conf does not allow is refused, by its header", () => {
  const options = { ...FILE_POLICY, declared: "vmdk", size: null, deep: true };
  const none = new FormatInspector({ ...options, vmdkAllowedTypes: [] });
  none.feed(vmdk());
  assertStringIncludes(none.problem?.message ?? "", "its VMDK type 'monolithicSparse'");
  const other = new FormatInspector({ ...options, vmdkAllowedTypes: ["monolithicSparse"] });
  other.feed(vmdk(DESCRIPTOR, { 77: le(2, 1) }));
  assertStringIncludes(other.problem?.message ?? "", "its VMDK type 'streamOptimized'");
  assertStringIncludes(other.problem?.hints[0] ?? "", "[compute]vmdk_allowed_types");
});

Deno.test("vmdk version 3 (COWD) is refused", () => {
  assertStringIncludes(refusal(bytesWith(4096, { 0: "COWD" }), "vmdk"), "is of version 3 (COWD)");
});

Deno.test("vmdk that is a descriptor file is refused under every name", () => {
  const descriptors = [
    DESCRIPTOR,
    "version=1\n",
    "# one\n#two\n  \r\n   \nversion=3\r\n",
    `${"#".repeat(490)}\nversion=2\n`,
  ];
  for (const descriptor of descriptors) {
    for (const length of [descriptor.length, 4096]) {
      const image = bytesWith(length, { 0: descriptor });
      assertStringIncludes(refusal(image, "vmdk"), NO_DISK);
      assertStringIncludes(refusal(image, "raw"), "its content is 'vmdk'");
    }
  }
});

Deno.test("vmdk is not recognised where qemu recognises no descriptor", () => {
  for (
    const start of ["\nversion=1\n", " version=1\n", "version=4\n", "version=1 \n", "#version=1\n"]
  ) {
    assertEquals(inspected(bytesWith(4096, { 0: start }), "raw").detected, "raw");
  }
});

Deno.test("vmdk is a text with a type anywhere in its first MiB", () => {
  const key = 'CreateType="x"';
  const last = (1 << 20) - 1;
  for (const at of [0, 505, 2000, 65536 - 5, last - key.length]) {
    const image = text(2 << 20, at, key);
    assertStringIncludes(refusal(image, "raw"), NO_DISK);
  }
  assertEquals(inspected(text(2 << 20, last - 5, key), "raw").detected, "raw");
});

Deno.test("vmdk is not a text with a type behind a NUL or after other letters in its head", () => {
  const images = [text(4096, 1000, '\0createType="x"'), text(4096, 100, '\xfc createType="x"')];
  for (const image of images) assertEquals(inspected(image, "raw").detected, "raw");
});

Deno.test("vmdk is not a text shorter than a sparse header", () => {
  const short = latin1Bytes('createType="x"\n'.padEnd(63));
  assertEquals(inspected(short, "raw").detected, "raw");
  assertStringIncludes(refusal(latin1Bytes('createType="x"\n'.padEnd(64)), "raw"), NO_DISK);
});
