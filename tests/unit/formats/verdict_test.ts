import { assertEquals } from "@std/assert";
import type { View } from "@/formats/detector.ts";
import { findings } from "@/formats/format.ts";
import { DISK_FORMATS, formatOf, objectionsTo } from "@/formats/verdict.ts";

const SAFE = findings({ disk: null });

/** What is seen so far, and what may still come. */
function view(seen: readonly string[], possible: readonly string[] = []): View {
  return {
    sightings: seen.map((name) => ({ name, findings: SAFE })),
    possible: new Set(possible),
  };
}

function reasons(declared: string | null, one: View): readonly string[] {
  return objectionsTo(one, { declared, vmdkAllowedTypes: [] }).map(({ reason }) => reason);
}

Deno.test("formatOf is open until every format is excluded, then raw", () => {
  assertEquals(formatOf(view([], ["iso"])), undefined);
  assertEquals(formatOf(view([])), "raw");
});

Deno.test("formatOf holds a partition table back until it is no ISO", () => {
  assertEquals(formatOf(view(["gpt"], ["iso"])), undefined);
  assertEquals(formatOf(view(["gpt"])), "gpt");
  assertEquals(formatOf(view(["gpt", "iso"])), "iso");
});

Deno.test("objectionsTo has none to each format as itself, to raw that is gpt, to ami that is no format", () => {
  for (const name of DISK_FORMATS.filter((one) => !["raw", "ami", "aki", "ari"].includes(one))) {
    assertEquals(reasons(name, view([name])), []);
  }
  for (const [declared, name] of [["raw", "gpt"], ["ami", "gpt"], ["ami", "iso"]]) {
    assertEquals(reasons(declared ?? null, view([name ?? ""])), []);
  }
  for (const declared of ["raw", "ami", "aki"]) assertEquals(reasons(declared, view([])), []);
});

Deno.test("objectionsTo has some to every other pair", () => {
  for (const name of DISK_FORMATS.filter((one) => !["ami", "aki", "ari"].includes(one))) {
    for (const declared of ["raw", "qcow2", "vmdk", "iso", "gpt", "ami"]) {
      const pair = `${declared}/${name}`;
      const fits = declared === name || ["raw/gpt", "ami/raw", "ami/gpt", "ami/iso"].includes(pair);
      const seen = name === "raw" ? [] : [name];
      assertEquals(reasons(declared, view(seen)).length === 0, fits, pair);
    }
  }
});

Deno.test("objectionsTo falls as soon as the declared format is excluded", () => {
  assertEquals(reasons("qcow2", view([], ["qcow2", "iso"])), []);
  assertEquals(reasons("qcow2", view([], ["iso"])), [
    "its content is not 'qcow2', which its disk_format says",
  ]);
  assertEquals(reasons("ami", view([], ["iso"])), []);
  assertEquals(reasons("raw", view([], ["iso", "vmdk"])), []);
});

Deno.test("objectionsTo names all formats that an image is of at the same time", () => {
  assertEquals(reasons("qcow2", view(["qcow2", "gpt", "iso"])), [
    "its content is 'qcow2' and 'iso' at the same time",
  ]);
});

Deno.test("objectionsTo has none to kernels and ramdisks, which nova does not look at", () => {
  for (const declared of ["aki", "ari"]) {
    assertEquals(reasons(declared, view(["qcow2", "gpt", "qed"])), []);
  }
});

Deno.test("objectionsTo says which formats there are to a name that is none, and to none", () => {
  assertEquals(reasons("ploop", view([])), [
    "disk_format 'ploop' is none of those that nova takes: " +
    "raw, qcow2, vmdk, vhd, vhdx, vdi, iso, gpt, luks, qed, ami, aki, ari",
  ]);
  assertEquals(reasons(null, view([])), ["its record has no disk_format"]);
});
