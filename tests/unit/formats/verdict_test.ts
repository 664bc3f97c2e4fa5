import { assertEquals } from "@std/assert";
import type { View } from "@/formats/detector.ts";
import { type Findings, findings } from "@/formats/format.ts";
import { novaRules } from "@/formats/nova_rules.ts";
import { DISK_FORMATS, type Policy } from "@/formats/disk_format.ts";
import { formatOf, objectionsTo, objectionsToRaw } from "@/formats/verdict.ts";
import { FILE_POLICY } from "./policy.ts";

const SAFE = findings({ disk: null });

/** What is seen so far, and what may still come. */
function view(seen: readonly string[], possible: readonly string[] = []): View {
  return {
    sightings: seen.map((name) => ({ name, findings: SAFE })),
    possible: new Set(possible),
  };
}

function reasons(
  declared: string | null,
  one: View,
  policy: Partial<Policy> = {},
): readonly string[] {
  return objectionsTo(one, { ...FILE_POLICY, declared, ...policy }).map(({ reason }) => reason);
}

/** What was recognised, with faults of its own. */
function faulty(name: string, found: Partial<Findings>): View {
  const sightings = [{ name, findings: findings({ disk: null, ...found }) }];
  return { sightings, possible: new Set() };
}

Deno.test("formatOf is open until every format is excluded, then raw", () => {
  assertEquals(formatOf(view([], ["iso"])), undefined);
  assertEquals(formatOf(view([])), "raw");
});

Deno.test("formatOf waits with a partition table until an ISO is excluded", () => {
  assertEquals(formatOf(view(["gpt"], ["iso"])), undefined);
  assertEquals(formatOf(view(["gpt"])), "gpt");
  assertEquals(formatOf(view(["gpt", "iso"])), "iso");
});

Deno.test("objectionsTo accepts each format as itself, gpt as raw, and raw content as ami", () => {
  for (
    const name of DISK_FORMATS.filter((one) => !["raw", "ami", "aki", "ari", "qed"].includes(one))
  ) {
    assertEquals(reasons(name, view([name])), []);
  }
  for (const [declared, name] of [["raw", "gpt"], ["ami", "gpt"], ["ami", "iso"]]) {
    assertEquals(reasons(declared ?? null, view([name ?? ""])), []);
  }
  for (const declared of ["raw", "ami", "aki"]) assertEquals(reasons(declared, view([])), []);
});

Deno.test("objectionsTo refuses every other pair of declared and detected format", () => {
  for (const name of DISK_FORMATS.filter((one) => !["ami", "aki", "ari"].includes(one))) {
    for (const declared of ["raw", "qcow2", "vmdk", "iso", "gpt", "ami"]) {
      const pair = `${declared}/${name}`;
      const fits = declared === name || ["raw/gpt", "ami/raw", "ami/gpt", "ami/iso"].includes(pair);
      const seen = name === "raw" ? [] : [name];
      assertEquals(reasons(declared, view(seen)).length === 0, fits, pair);
    }
  }
});

Deno.test("objectionsTo refuses as soon as the declared format is excluded", () => {
  assertEquals(reasons("qcow2", view([], ["qcow2", "iso"])), []);
  assertEquals(reasons("qcow2", view([], ["iso"])), [
    "its content is not 'qcow2', which its disk_format says",
  ]);
  assertEquals(reasons("ami", view([], ["iso"])), []);
  assertEquals(reasons("raw", view([], ["iso", "vmdk"])), []);
});

Deno.test("objectionsTo names all formats that an image has at the same time", () => {
  assertEquals(reasons("qcow2", view(["qcow2", "gpt", "iso"])), [
    "its content is 'qcow2' and 'iso' at the same time",
  ]);
});

Deno.test("objectionsTo refuses kernels and ramdisks that are disks of another format: a tenant may boot from them", () => {
  for (const declared of ["aki", "ari", "ami"]) {
    for (const name of ["qcow2", "vmdk", "vhd", "vhdx", "vdi", "luks", "qed", "parallels"]) {
      assertEquals(reasons(declared, view([name])), [
        `its content is '${name}', its disk_format '${declared}'`,
      ]);
    }
    const objections = objectionsTo(faulty("qcow2", { references: ["has a backing file"] }), {
      ...FILE_POLICY,
      declared,
    });
    assertEquals(objections.map(({ always }) => always), [false, true]);
  }
});

Deno.test("objectionsTo accepts kernels with an EFI stub, which looks like an MBR", () => {
  const kernel = faulty("gpt", { problems: ["has an MBR with an invalid boot flag"] });
  for (const declared of ["aki", "ari"]) assertEquals(reasons(declared, kernel), []);
  assertEquals(reasons("ami", kernel).length, 1);
});

// flatcar/Flatcar#1651: a hybrid MBR, which nova refuses since 2024.2.
Deno.test("objectionsTo follows the host's nova: partition tables, ISOs with one, ami, luks", () => {
  const hybrid = faulty("gpt", { problems: ["has a protective MBR with other partitions"] });
  const cases: readonly (readonly [string, View, readonly number[]])[] = [
    ["raw", hybrid, [26, 29]],
    ["raw", view(["gpt"]), [26, 29, 30, 31, 34]],
    ["qcow2", view(["qcow2", "gpt"]), [26, 29]],
    ["iso", view(["gpt", "iso"]), [26, 29, 31, 34]],
    ["ami", view([]), [30, 31, 34]],
    ["luks", view(["luks"]), [30, 31, 34]],
    ["aki", view([]), [26, 29, 30, 31, 34]],
  ];
  for (const [declared, one, takers] of cases) {
    const taken = [26, 29, 30, 31, 34].filter((major) =>
      reasons(declared, one, { rules: novaRules(major), use: "base" }).length === 0
    );
    assertEquals(taken, takers, declared);
  }
  const uninspecting = { rules: novaRules(25, false), use: "base" } as const;
  assertEquals(reasons("ami", view([]), uninspecting), []);
});

Deno.test("objectionsTo refuses what qemu-img cannot convert without a key, even without deep inspection", () => {
  const encrypted = faulty("qcow2", { obstacles: ["is encrypted (LUKS)"] });
  for (const use of ["file", "base"] as const) {
    assertEquals(reasons("qcow2", encrypted, { use }), []);
  }
  const [objection] = objectionsTo(encrypted, {
    ...FILE_POLICY,
    declared: "qcow2",
    use: "raw base",
  });
  assertEquals([objection?.always, objection?.reason], [
    true,
    "its qcow2 content is encrypted (LUKS), and nova cannot convert it to raw",
  ]);
});

Deno.test("objectionsToRaw refuses a disk that is not raw for qemu-img, and a bad partition table if nova inspects it", () => {
  const said = (one: View, partitions: boolean) =>
    objectionsToRaw(one, partitions).map(({ reason }) => reason);
  for (const name of ["gpt", "iso"]) assertEquals(said(view([name]), true), []);
  assertEquals(said(view(["qcow2"]), false), ["its disk begins like 'qcow2', expected raw"]);
  const hybrid = faulty("gpt", { problems: ["has a protective MBR with other partitions"] });
  assertEquals([said(hybrid, true).length, said(hybrid, false).length], [1, 0]);
});

Deno.test("objectionsTo lists the formats for an unknown disk_format and for none", () => {
  assertEquals(reasons("ploop", view([])), [
    "disk_format 'ploop' is not one that nova accepts: " +
    "raw, qcow2, vmdk, vhd, vhdx, vdi, iso, gpt, luks, qed, ami, aki, ari",
  ]);
  assertEquals(reasons(null, view([])), ["its record has no disk_format"]);
});
