/**
 * Which images the program accepts as bases, and how it judges existing ones.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dense } from "@lab/embedded/content.ts";
import { luks, mbr, partition, PROTECTIVE, qcow2, vhd } from "../unit/formats/samples.ts";
import { Host } from "./host.ts";
import { failureOf, resultOf } from "./program.ts";

const QCOW2 = { diskFormat: "qcow2", content: dense(Uint8Array.from(qcow2())) } as const;
const CONVERTS = { nova: { "DEFAULT.force_raw_images": "true" } };

interface Row {
  readonly image: { readonly name: string };
  readonly ok: boolean | null;
  readonly code: string | null;
  readonly message: string;
}

/** Puts a base there as nova itself would have made it. */
async function convertedByNova(host: Host, id: string, size: number): Promise<void> {
  await Deno.mkdir(host.cache, { recursive: true });
  await Deno.writeFile(host.base(id), new Uint8Array());
  await Deno.truncate(host.base(id), size);
}

async function verified(host: Host) {
  const { status, stdout, stderr } = await host.run(["cache", "verify"]);
  const rows: Row[] = JSON.parse(stdout);
  return { status, stderr, rows };
}

Deno.test("cache verify and verify recognise a base that nova converted, with a size in the record or without", async () => {
  await using host = new Host(CONVERTS);
  const sized = host.lab.addImage({ ...QCOW2, name: "sized", virtualSize: 10 << 20 });
  const unsized = host.lab.addImage({ ...QCOW2, name: "unsized" });
  for (const { id } of [sized, unsized]) await convertedByNova(host, id, 10 << 20);
  const { rows, status } = await verified(host);
  assertEquals(status, 0);
  const of = (name: string) => rows.find(({ image }) => image.name === name);
  assertEquals([of("sized")?.ok, of("unsized")?.ok], [true, null]);
  assertMatch(of("unsized")?.message ?? "", /converted to raw; not checked: .* no virtual_size/);
  const ended = await host.run(["verify", "unsized"]);
  assertEquals(ended.status, 0, ended.stderr);
  assertEquals(JSON.parse(ended.stdout).converted, true);
  const listed = await host.run(["cache", "list"]);
  const converted = JSON.parse(listed.stdout).map((row: { converted: unknown }) => row.converted);
  assertEquals(converted, [true, true]);
});

Deno.test("cache verify finds a converted base that was cut short: 65", async () => {
  await using host = new Host(CONVERTS);
  const { id } = host.lab.addImage({ ...QCOW2, name: "cut", virtualSize: 10 << 20 });
  await convertedByNova(host, id, 9 << 20);
  const { rows, status } = await verified(host);
  assertEquals([status, rows[0]?.ok, rows[0]?.code], [65, false, "size_mismatch"]);
});

Deno.test("cache verify does not report a base as bad if its image has no hash or was deactivated", async () => {
  await using host = new Host();
  const unhashed = host.lab.addImage({ ...QCOW2, name: "unhashed", hashed: false });
  const resting = host.lab.addImage({ ...QCOW2, name: "resting" });
  const args = ["prefetch", "--allow-unhashed", unhashed.id, resting.id];
  assertEquals((await host.run(args)).status, 0);
  resting.status = "deactivated";
  const { rows, status } = await verified(host);
  assertEquals(status, 0);
  const ok = Object.fromEntries(rows.map(({ image, ok }) => [image.name, ok]));
  assertEquals(ok, { unhashed: null, resting: true });
  const refused = failureOf(await host.run(["verify", "unhashed"]), 65);
  assertStringIncludes(refused.hints.join(), "--allow-unhashed");
  assertEquals((await host.run(["verify", "unhashed", "--allow-unhashed"])).status, 0);
});

Deno.test("cache verify does not report a base as bad if a required signature is missing", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ ...QCOW2, name: "unsigned" });
  resultOf(await host.run(["fetch", id]));
  const strict = `${host.lab.directory}/strict.conf`;
  await Deno.writeTextFile(strict, "[glance]\nverify_glance_signatures = true\n");
  const { status, stdout } = await host.run(["cache", "verify", "--config-file", strict]);
  const [row]: readonly Row[] = JSON.parse(stdout);
  assertEquals([status, row?.ok, row?.code], [65, null, "signature_missing"]);
});

Deno.test("fetch refuses by the record what nova would refuse: 65, and no byte is read", async () => {
  await using host = new Host();
  for (
    const [diskFormat, image] of [["vhd", vhd()], ["gpt", mbr(PROTECTIVE)], [
      "ploop",
      luks(),
    ]] as const
  ) {
    const { id } = host.lab.addImage({ diskFormat, content: dense(Uint8Array.from(image)) });
    const failure = failureOf(await host.run(["fetch", id]), 65);
    assertEquals([failure.code, failure.attempts], ["format_rejected", []]);
    failureOf(await host.run(["fetch", id, "--dry-run"]), 65);
  }
  host.assertNothingLeft();
});

Deno.test("fetch -o accepts a VHD, which is for another hypervisor", async () => {
  await using host = new Host();
  const { id } = host.lab.addImage({ diskFormat: "vhd", content: dense(Uint8Array.from(vhd())) });
  const path = `${host.lab.directory}/disk.vhd`;
  resultOf(await host.run(["fetch", id, "-o", path]));
});

Deno.test("fetch refuses a kernel that is an image with a backing file, as a disk for the next tenant", async () => {
  await using host = new Host();
  for (const diskFormat of ["aki", "ari", "ami"]) {
    const { id } = host.lab.addImage({
      diskFormat,
      content: dense(Uint8Array.from(qcow2({ 15: "\x40" }))),
    });
    const failure = failureOf(await host.run(["fetch", id]), 65);
    assertStringIncludes(failure.message, "has a backing file");
  }
  host.assertNothingLeft();
});

// flatcar/Flatcar#1651
Deno.test("fetch accepts a hybrid MBR if the host's nova boots it", async () => {
  const content = dense(Uint8Array.from(mbr(PROTECTIVE, partition(0x83))));
  for (const [release, status] of [["2024.1", 0], ["2024.2", 65]] as const) {
    await using host = new Host({ nova: { "glance_direct.nova_release": release } });
    const { id } = host.lab.addImage({ diskFormat: "raw", content });
    assertEquals((await host.run(["fetch", id])).status, status);
  }
});
