import { assertEquals } from "@std/assert";
import { readDescriptor } from "@/formats/vmdk_descriptor.ts";
import { DESCRIPTOR, latin1Bytes } from "./samples.ts";

function read(text: string, end = "\0") {
  return readDescriptor(latin1Bytes(text + end));
}

Deno.test("readDescriptor takes what VMware and qemu write, in any case and with CRLF", () => {
  const nothing = { references: [], problems: [] };
  assertEquals(read(DESCRIPTOR), nothing);
  assertEquals(read(DESCRIPTOR.replaceAll("\n", "\r\n")), nothing);
  assertEquals(read(DESCRIPTOR.replace("createType", "CREATETYPE")), nothing);
  assertEquals(read(`${DESCRIPTOR}\0anything / at all`), nothing);
  assertEquals(read(DESCRIPTOR.replace("monolithicSparse", "STREAMoptimized")), nothing);
});

Deno.test("readDescriptor finds a parent wherever qemu would, in a comment, too", () => {
  for (
    const line of ['parentFileNameHint="a"', '# parentFileNameHint="a"', 'x="PARENTFILENAMEHINT']
  ) {
    assertEquals(read(`${DESCRIPTOR}${line}\n`).references, ["has a parent image"]);
  }
});

Deno.test("readDescriptor refuses types that need other files, and the first counts", () => {
  const flat = 'createType="monolithicFlat"\n';
  assertEquals(read(flat + DESCRIPTOR).problems, ["says it is of type 'monolithicFlat'"]);
  assertEquals(read(DESCRIPTOR + flat).problems, []);
  assertEquals(read(DESCRIPTOR.replace("createType", "type")).problems, ["says it is of type ''"]);
});

Deno.test("readDescriptor refuses extents with a path, and descriptors without extents", () => {
  const [path, none] = [["disk.vmdk", "../disk.vmdk"], ["RW", "# RW"]] as const;
  assertEquals(read(DESCRIPTOR.replace(...path)).problems, ["has an extent with a path"]);
  assertEquals(read(DESCRIPTOR.replace(...none)).problems, ["has a descriptor without extents"]);
});

Deno.test("readDescriptor refuses lines that it does not know, and names the first", () => {
  const lines = ["something", "two words = 1", "RW\t1", "RWX 1", "rw"];
  const known = lines.filter((line) => read(`${DESCRIPTOR}${line}\n`).problems.length === 0);
  assertEquals(known, ["rw"]);
  assertEquals(read(`${DESCRIPTOR}One\nTwo\n`).problems, ["has the unknown descriptor line 'one'"]);
});

Deno.test("readDescriptor repeats no control characters of the image", () => {
  const { problems } = read(DESCRIPTOR.replace("monolithic", "\x1b[2J") + "\x1b]0;x\x07\n");
  assertEquals(problems, [
    "says it is of type '?[2JSparse'",
    "has the unknown descriptor line '?]0;x?'",
  ]);
});

Deno.test("readDescriptor refuses what is not ASCII, and what does not end", () => {
  assertEquals(read(`${DESCRIPTOR}#\xfc\n`).problems, ["has a descriptor that is not ASCII"]);
  assertEquals(read(DESCRIPTOR, "").problems, ["has a descriptor without an end"]);
});
