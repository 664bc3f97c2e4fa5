/**
 * Little memory: all that a fetch needs, its children and the pages of its files included, fits into
 * what the kernel lets it have.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { dense, type ImageContent, noise } from "@lab/embedded/content.ts";
import { qcow2 } from "@lab/embedded/qcow2.ts";
import type { GlanceImage } from "@lab/embedded/glance_image.ts";
import { Host } from "../scenario/host.ts";
import { program } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import { MemoryGroup } from "./memory_group.ts";

const MIB = 1 << 20;
const LIMIT = 300 * MIB;

/** Noise from end to end; its bytes are in memory once. */
function repeated(size: number): ImageContent {
  const bytes = noise(64 * MIB);
  const offsets = Array.from({ length: size / bytes.length }, (_, index) => index * bytes.length);
  return { size, extents: offsets.map((offset) => ({ offset, bytes })) };
}

const one = (size: number) => (host: Host) => [host.lab.addImage({ content: repeated(size) })];
const converted = (host: Host) => {
  const disk = noise(320 * MIB);
  const virtualSize = disk.length;
  return [host.lab.addImage({ diskFormat: "qcow2", content: qcow2(dense(disk)), virtualSize })];
};
const many = (host: Host) =>
  Array.from({ length: 4 }, () => host.lab.addImage({ content: repeated(128 * MIB) }));

interface Kind {
  readonly name: string;
  readonly images: (host: Host) => readonly GlanceImage[];
  readonly flags: readonly string[];
  readonly raw?: boolean;
}

const KINDS: readonly Kind[] = [
  { name: "1 GiB from Glance", images: one(1024 * MIB), flags: ["--source=glance"] },
  { name: "512 MiB from Ceph", images: one(512 * MIB), flags: ["--source=rbd"] },
  { name: "320 MiB made raw", images: converted, flags: ["--source=glance"], raw: true },
  { name: "4 x 128 MiB at once", images: many, flags: ["--source=glance", "--concurrency=4"] },
];

for (const { name, images, flags, raw = false } of KINDS) {
  campaign({
    name: `300 MiB of memory, for ${name}`,
    cases: 1,
    open: () => Promise.resolve(new Host({ nova: { "DEFAULT.force_raw_images": `${raw}` } })),
    async one(host) {
      const ids = images(host).map(({ id }) => id);
      const command = [ids.length === 1 ? "fetch" : "prefetch", ...ids, ...flags];
      using group = new MemoryGroup(LIMIT);
      const { code, stderr } = await group.run([await program(), ...host.args(command)]);
      assertEquals([code, group.killed], [0, 0], new TextDecoder().decode(stderr));
      assertEquals(host.names().length, ids.length);
    },
  });
}

Deno.test("MemoryGroup lets nobody have more", async () => {
  using group = new MemoryGroup(LIMIT);
  const { success } = await group.run([
    "/usr/bin/python3",
    "-c",
    `bytearray(${LIMIT}).strip(b"x")`,
  ]);
  assertEquals([success, group.killed], [false, 1]);
});
