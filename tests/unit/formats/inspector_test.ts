import { FILE_POLICY } from "./policy.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "@/errors.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import { DISK_FORMATS } from "@/formats/disk_format.ts";
import { inspected, inspectorFor, refusal } from "./inspect_image.ts";
import {
  be,
  bochs,
  cloop,
  DESCRIPTOR,
  footedVmdk,
  iso,
  latin1Bytes,
  le,
  luks,
  mbr,
  parallels,
  PROTECTIVE,
  qcow2,
  qed,
  text,
  vdi,
  vhd,
  vhdx,
  VHDX_METADATA,
  vmdk,
} from "./samples.ts";

const MIB = 1 << 20;

Deno.test("FormatInspector reports as raw what has no other format, of any length", () => {
  for (const length of [0, 1, 511, 512, 34816, 300_000]) {
    const expected = { detected: "raw", virtualSize: length, refusals: [], notes: [] };
    assertEquals(inspected(new Uint8Array(length), "raw"), expected);
  }
});

Deno.test("FormatInspector refuses a missing or unknown disk_format before the first byte", () => {
  assertStringIncludes(inspectorFor(null).problem?.message ?? "", "its record has no disk_format");
  const { problem } = inspectorFor("ploop");
  assert(problem instanceof ToolError);
  assertEquals([problem.code, problem.exitStatus], ["format_rejected", 65]);
});

Deno.test("FormatInspector.finish throws the problem that was found before", () => {
  const inspector = inspectorFor("raw");
  inspector.feed(qcow2());
  const { problem } = inspector;
  inspector.feed(iso());
  assert(assertThrows(() => inspector.finish()) === problem);
});

Deno.test("FormatInspector keeps nothing and is done once an image is refused", () => {
  const inspector = inspectorFor("raw");
  inspector.feed(vhdx().subarray(0, 512));
  assert(inspector.problem !== undefined);
  assertEquals(inspector.kept, 0);
});

Deno.test("FormatInspector keeps nothing of a raw image after 34816 bytes", () => {
  const inspector = inspectorFor("raw");
  inspector.feed(new Uint8Array(34815));
  assertEquals(inspector.kept, 2048);
  inspector.feed(new Uint8Array(1));
  assertEquals(inspector.kept, 0);
});

Deno.test("FormatInspector names every reason that is known at the byte where it refuses", () => {
  assertEquals(
    refusal(qcow2({ 8: be(8, 1), 20: be(4, 30) }), "vdi"),
    "Cannot use the image: its content is 'qcow2', its disk_format 'vdi'; " +
      "its qcow2 content has a backing file; " +
      "its qcow2 content has cluster_bits 30, valid are 9 to 21",
  );
});

Deno.test("FormatInspector without deep inspection accepts what refers to no other file", () => {
  const images = [qcow2({ 72: be(8, 32) }), qed(), iso(), parallels(), mbr()];
  for (const image of images) {
    const inspector = shallow("raw");
    inspector.feed(image);
    assert(inspector.finish().refusals.length > 0);
  }
});

Deno.test("FormatInspector without deep inspection still refuses what refers to other files", () => {
  const images = [
    qcow2({ 8: be(8, 1) }),
    qcow2({ 72: be(8, 4) }),
    qed({ 16: le(8, 1) }),
    vmdk(`${DESCRIPTOR}parentFileNameHint="x"\n`),
    vmdk(DESCRIPTOR, { 12: le(8, 0) }),
    vmdk(DESCRIPTOR, { 77: le(2, 1) }),
    latin1Bytes(DESCRIPTOR),
  ];
  for (const declared of ["raw", null]) {
    for (const image of images) {
      const inspector = shallow(declared);
      inspector.feed(image);
      assertThrows(() => inspector.finish(), ToolError, "Cannot use the image");
    }
  }
});

Deno.test("FormatInspector accepts as kernel or ramdisk anything that is raw for qemu-img", () => {
  for (const declared of ["aki", "ari"]) {
    for (const image of [mbr(), iso(), new Uint8Array(10)]) {
      assertEquals(inspected(image, declared).refusals, []);
    }
    assertThrows(() => inspected(qcow2(), declared), ToolError, "its content is 'qcow2'");
    const inspector = shallow(declared);
    inspector.feed(qcow2({ 8: be(8, 1) }));
    assertThrows(() => inspector.finish(), ToolError, "has a backing file");
  }
});

/** Sound images, by name, so that a counterexample can be read. */
const IMAGES: Readonly<Record<string, Uint8Array>> = {
  zeros: new Uint8Array(70_000),
  bochs: bochs(),
  cloop: cloop(),
  footedVmdk: footedVmdk(),
  badFooter: footedVmdk({ 0: "x" }),
  iso: iso(),
  bootableIso: iso({ 0: mbr(PROTECTIVE).subarray(0, 512) }),
  descriptor: latin1Bytes(DESCRIPTOR),
  luks: luks({ 104: be(4, 8) }),
  gpt: mbr(PROTECTIVE),
  parallels: parallels(),
  qcow2: qcow2(),
  qed: qed(),
  text: text(140_000, 0, ""),
  textWithType: text(140_000, 100_000, 'createType="x"'),
  vdi: vdi(),
  vhd: vhd(),
  vhdx: vhdx(),
  vmdk: vmdk(),
};

/** Places where the formats keep what the rules look at. */
const PLACES = [0, 4, 8, 20, 24, 60, 64, 76, 104, 446, 510, 512, 600, 32768, 65536, 131072]
  .concat([196608, 196616, 196640, 196672, VHDX_METADATA, VHDX_METADATA + 10])
  .concat([VHDX_METADATA + 48, VHDX_METADATA + 80, VHDX_METADATA + 65536]);

const MAGICS = [
  "QFI\xfb",
  "QED\0",
  "KDMV",
  "COWD",
  "conectix",
  "vhdxfile",
  "LUKS\xba\xbe",
  "\x55\xaa",
]
  .concat(["\x7f\x10\xda\xbe", "\x01CD001", "version=1\n", "regi", "metadata", "\xff".repeat(8)])
  .map(latin1Bytes);

/** How an image is changed: pieces put in, and its end cut off. It may happen to be sound. */
const anyChange = fc.record({
  name: fc.constantFrom(...Object.keys(IMAGES)),
  pieces: fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...PLACES), fc.nat(70_000)),
      fc.oneof(fc.constantFrom(...MAGICS), fc.uint8Array({ maxLength: 12 })),
    ),
    { maxLength: 4 },
  ),
  cut: fc.oneof(fc.constant(0), fc.nat(70_000)),
});

type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

function changed({ name, pieces, cut }: Change): Uint8Array {
  const image = IMAGES[name] ?? new Uint8Array();
  const bytes = image.slice(0, Math.max(0, image.length - cut));
  for (const [at, piece] of pieces) {
    if (at + piece.length <= bytes.length) bytes.set(piece, at);
  }
  return bytes;
}

const anyFormat = fc.constantFrom<string | null>(...DISK_FORMATS, "ploop", null);

Deno.test("FormatInspector gives the same result however the bytes are split", () => {
  const anyChunks = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 5 });
  const property = fc.property(anyChange, anyFormat, anyChunks, (change, declared, chunks) => {
    const image = changed(change);
    const expected = verdict(image, declared, [image.length + 1], null);
    assertEquals(verdict(image, declared, chunks, null), expected);
    // Knowing the size, it may exclude a format earlier and then say more.
    const informed = verdict(image, declared, chunks, image.length);
    assertEquals(withoutReason(informed), withoutReason(expected));
  });
  fc.assert(property, { numRuns: 400 });
});

Deno.test("FormatInspector never keeps much more than 1 MiB, whatever the bytes", () => {
  const anySize = fc.integer({ min: 1, max: 40_000 });
  const property = fc.property(anyChange, anyFormat, anySize, (change, declared, size) => {
    const image = changed(change);
    const inspector = inspectorFor(declared);
    for (let at = 0; at < image.length; at += size) {
      inspector.feed(image.subarray(at, at + size));
      assert(inspector.kept <= MIB + 4096, `${inspector.kept} bytes kept`);
    }
  });
  fc.assert(property, { numRuns: 200 });
});

Deno.test("FormatInspector keeps the most for the longest descriptor: little more than 1 MiB", () => {
  const inspector = inspectorFor("vmdk");
  inspector.feed(vmdk(DESCRIPTOR, { 36: le(8, 1n << 60n) }).subarray(0, 512));
  assertEquals(inspector.kept, MIB - 1 + 2048);
});

/** The outcome in words or values; anything thrown that is no ToolError gets through. */
function verdict(
  image: Uint8Array,
  declared: string | null,
  chunks: readonly number[],
  size: number | null,
): unknown {
  const inspector = inspectorFor(declared, size);
  let rest = image;
  for (let turn = 0; rest.length > 0; turn++) {
    const piece = rest.subarray(0, chunks[turn % chunks.length]);
    if (piece.every((byte) => byte === 0)) inspector.feedZeros(piece.length);
    else inspector.feed(piece);
    rest = rest.subarray(piece.length);
  }
  try {
    return inspector.finish();
  } catch (error) {
    if (error instanceof ToolError) return `${error.code} ${error.message}`;
    throw error;
  }
}

function withoutReason(outcome: unknown): unknown {
  return typeof outcome === "string" ? "refused" : outcome;
}

function shallow(declared: string | null): FormatInspector {
  const vmdkAllowedTypes = ["monolithicSparse"];
  const policy = { ...FILE_POLICY, declared, vmdkAllowedTypes };
  return new FormatInspector({ ...policy, size: null, deep: false });
}
