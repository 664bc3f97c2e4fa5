/**
 * Sources of the embedded lab that hold other bytes than the record promises.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import { dense, type ImageContent, noise, read, writeSparse } from "@lab/embedded/content.ts";
import { Host } from "../scenario/host.ts";
import { failureOf, resultOf } from "../scenario/program.ts";
import { campaign, scaled } from "./campaign.ts";
import { DAMAGES, LONGER } from "./damages.ts";

const SIZE = 1 << 20;
const SOUND = dense(noise(SIZE));

/** Both ways of `rbd`, HTTP, and a store that the host has mounted. */
const WAYS = [
  { way: "rbd export-diff", source: "rbd", options: { "glance_direct.rbd_transfer": "sparse" } },
  { way: "rbd export", source: "rbd", options: { "glance_direct.rbd_transfer": "plain" } },
  { way: "Glance", source: "glance", options: {} },
  { way: "a file", source: "file", options: { "glance_direct.file_roots": "/" } },
] as const;

/** Adds an image of which one source has something else. */
function addDamaged({ lab }: Host, source: typeof WAYS[number]["source"], wrong: ImageContent) {
  const record = { diskFormat: "raw", content: SOUND };
  if (source === "rbd") return lab.addImage({ ...record, rbd: wrong });
  if (source === "glance") return lab.addImage({ ...record, data: wrong });
  const id = crypto.randomUUID();
  writeSparse(wrong, join(lab.directory, id));
  return lab.glance.add({ ...record, id, url: `file://${join(lab.directory, id)}` });
}

for (const { way, source, options } of WAYS) {
  const damages = Object.entries(DAMAGES)
    // Glance ends a body where its header says: more than that cannot come from it.
    .filter(([name]) => source !== "glance" || name !== LONGER);
  campaign({
    name: `wrong bytes from ${way}`,
    cases: scaled(damages.length),
    open: () => Promise.resolve(new Host({ nova: options })),
    async one(host, index) {
      const content = damages[index % damages.length]?.[1](SOUND) ?? SOUND;
      const { id } = addDamaged(host, source, content);
      const args = ["fetch", id, "--retries=0"];
      const ended = await host.run([...args, `--source=${source}`, "--no-fallback"]);
      // A body that ends early is a broken connection, worth another try; a short export is a lie.
      const isBroken = source === "glance" && content.size < SIZE;
      const { code } = failureOf(ended, isBroken ? 75 : 65);
      assertEquals(["digest_mismatch", "size_mismatch"].includes(code), !isBroken, code);
      host.assertNothingLeft();
      // The other source has the image.
      const other = source === "glance" ? "rbd" : "auto";
      const result = resultOf(await host.run([...args, `--source=${other}`]));
      assertEquals(result.source, source === "glance" ? "rbd" : "glance");
      assertEquals(await Deno.readFile(host.base(id)), read(SOUND, 0, SIZE));
      await Deno.remove(host.base(id));
    },
  });
}
