import { assertEquals } from "@std/assert";
import { checkDescriptor, namesParent } from "@/formats/vmdk_descriptor.ts";
import { DESCRIPTOR, latin1Bytes } from "./samples.ts";

function check(text: string): readonly string[] {
  return checkDescriptor(latin1Bytes(text));
}

Deno.test("checkDescriptor accepts what VMware and qemu write, in any case and with CRLF", () => {
  assertEquals(check(DESCRIPTOR), []);
  assertEquals(check(DESCRIPTOR.replaceAll("\n", "\r\n")), []);
  assertEquals(check(DESCRIPTOR.replace("createType", "CREATETYPE")), []);
  assertEquals(check(`${DESCRIPTOR}\0anything / at all`), []);
  assertEquals(check(DESCRIPTOR.replace("monolithicSparse", "STREAMoptimized")), []);
});

Deno.test("namesParent finds the word wherever qemu would, in a comment, too, but not behind a NUL", () => {
  const found = [
    'parentFileNameHint="a"',
    '# parentFileNameHint="a"',
    'x="PARENTFILENAMEHINT',
    "\0",
  ]
    .map((line) => namesParent(latin1Bytes(`${DESCRIPTOR}${line}\nparentFileNameHin`)));
  assertEquals(found, [true, true, true, false]);
  assertEquals(namesParent(latin1Bytes("\0parentFileNameHint")), false);
});

Deno.test("checkDescriptor refuses types that need other files, and the first counts", () => {
  const flat = 'createType="monolithicFlat"\n';
  assertEquals(check(flat + DESCRIPTOR), ["says it is of type 'monolithicFlat'"]);
  assertEquals(check(DESCRIPTOR + flat), []);
  assertEquals(check(DESCRIPTOR.replace("createType", "type")), ["says it is of type ''"]);
});

Deno.test("checkDescriptor refuses extents with a path, and descriptors without extents", () => {
  const [path, none] = [["disk.vmdk", "../disk.vmdk"], ["RW", "# RW"]] as const;
  assertEquals(check(DESCRIPTOR.replace(...path)), ["has an extent with a path"]);
  assertEquals(check(DESCRIPTOR.replace(...none)), ["has a descriptor without extents"]);
});

Deno.test("checkDescriptor refuses lines that it does not know, and names the first", () => {
  const lines = ["something", "two words = 1", "RW\t1", "RWX 1", "rw"];
  const known = lines.filter((line) => check(`${DESCRIPTOR}${line}\n`).length === 0);
  assertEquals(known, ["rw"]);
  assertEquals(check(`${DESCRIPTOR}One\nTwo\n`), ["has the unknown descriptor line 'one'"]);
});

Deno.test("checkDescriptor repeats no control characters of the image", () => {
  const problems = check(DESCRIPTOR.replace("monolithic", "\x1b[2J") + "\x1b]0;x\x07\n");
  assertEquals(problems, [
    "says it is of type '?[2JSparse'",
    "has the unknown descriptor line '?]0;x?'",
  ]);
});

Deno.test("checkDescriptor refuses what is not ASCII", () => {
  assertEquals(check(`${DESCRIPTOR}#\xfc\n`), ["has a descriptor that is not ASCII"]);
});
