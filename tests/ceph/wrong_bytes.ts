/**
 * Stores of the real Glance with other bytes than its record says; every reader must find them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { FILE_STORE, FILES } from "@lab/ceph/glance_conf.ts";
import { dense, type ImageContent, writeSparse } from "@lab/embedded/content.ts";
import { campaign } from "../fault/campaign.ts";
import { DAMAGES, LONGER } from "../fault/damages.ts";
import { failureOf } from "../scenario/program.ts";
import { CEPH } from "./ceph_fault_lab.ts";
import { CephFaultHost } from "./ceph_fault_host.ts";
import { OWN_SIZE, replaceData } from "./own_image.ts";

/** A run of the program on a damaged store. */
interface Way {
  readonly source: "rbd" | "glance" | "file";
  readonly env?: Readonly<Record<string, string>>;
}

/** A store, how other data come into it, and who reads it. */
interface Store {
  readonly name: string;
  readonly options: Parameters<typeof CephFaultHost.make>[1];
  readonly replace: (id: string, content: ImageContent) => Promise<void>;
  readonly ways: readonly Way[];
}

const STORES: readonly Store[] = [
  {
    name: "Ceph",
    options: {},
    replace: replaceData,
    ways: [
      { source: "rbd", env: { OS_GLANCE_DIRECT__RBD_TRANSFER: "sparse" } },
      { source: "rbd", env: { OS_GLANCE_DIRECT__RBD_TRANSFER: "plain" } },
      { source: "glance" },
    ],
  },
  {
    name: "Glance's files",
    options: { store: FILE_STORE, more: `[glance_direct]\nfile_roots = ${FILES}\n` },
    replace: (id, content) => Promise.resolve(writeSparse(content, `${FILES}/${id}`)),
    ways: [{ source: "file" }, { source: "glance" }],
  },
];

const KINDS = Object.entries(DAMAGES);

for (const { name, options, replace, ways } of STORES) {
  campaign({
    name: `wrong bytes in ${name}, by every way of reading them${CEPH.suffix}`,
    cases: CEPH.cases(2 * KINDS.length),
    open: () => CephFaultHost.make({ flags: ["--no-fallback", "--retries=0"] }, options),
    async one(host, index) {
      const [{ id, path } = { id: "", path: "" }] = host.images;
      const sound = dense(await Deno.readFile(path));
      const [damage, make] = KINDS[index % KINDS.length]!;
      const wrong = make(sound);
      await replace(id, wrong);
      for (const way of ways) if (canCarry(way, damage)) await assertFound(host, way, wrong);
      await replace(id, sound);
      await host.assertRecovers();
      host.clear();
    },
  });
}

function canCarry({ source }: Way, damage: string): boolean {
  return source !== "glance" || damage !== LONGER;
}

async function assertFound(
  host: CephFaultHost,
  { source, ...way }: Way,
  wrong: ImageContent,
): Promise<void> {
  const ended = await host.run({ ...way, flags: [`--source=${source}`] });
  // A body that ends early is a broken connection, worth another try; the rest is a lie.
  const isBroken = source === "glance" && wrong.size < OWN_SIZE;
  const { code } = failureOf(ended, isBroken ? 75 : 65);
  assertEquals(["digest_mismatch", "size_mismatch"].includes(code), !isBroken, code);
  assertEquals(host.paths(), []);
}
