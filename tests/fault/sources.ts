/**
 * Sources that hold other bytes than the record promises, stop, die, or forget who may ask.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals } from "@std/assert";
import {
  altered,
  dense,
  type ImageContent,
  noise,
  pieces,
  read,
  resized,
  writeSparse,
} from "@lab/embedded/content.ts";
import { Host } from "../scenario/host.ts";
import { failureOf, resultOf } from "../scenario/program.ts";
import { campaign, scaled } from "./campaign.ts";
import { EMBEDDED } from "./embedded.ts";
import { slow, untilMidway } from "./midway.ts";
import { Trial } from "./trial.ts";

const SIZE = 1 << 20;
const SOUND = dense(noise(SIZE));
const CHUNK = 64 << 10;

const at = (limit: number) => Math.floor(Math.random() * limit);

/** The content with its chunks in another order. */
function reordered(change: (chunks: Uint8Array<ArrayBuffer>[]) => void): ImageContent {
  const chunks = [...pieces(SOUND, 0, SIZE, CHUNK)];
  change(chunks);
  const bytes = new Uint8Array(chunks.length * CHUNK);
  for (const [index, chunk] of chunks.entries()) bytes.set(chunk, index * CHUNK);
  return dense(bytes);
}

/** A bit of one byte inverted. */
function flipped(): ImageContent {
  const bytes = read(SOUND, 0, SIZE);
  const place = at(SIZE);
  bytes[place] = (bytes[place] ?? 0) ^ (1 << at(8));
  return dense(bytes);
}

const DAMAGES: Readonly<Record<string, () => ImageContent>> = {
  "one bit flipped": flipped,
  "one byte inverted": () => altered(SOUND, at(SIZE)),
  "cut off": () => resized(SOUND, at(SIZE)),
  "followed by more": () => resized(SOUND, SIZE + 1 + at(CHUNK)),
  "a chunk twice": () =>
    reordered((chunks) => chunks.splice(1 + at(15), 1, chunks[0] ?? new Uint8Array())),
  "two chunks swapped": () => reordered((chunks) => chunks.push(...chunks.splice(at(15), 1))),
  "a chunk of zeros": () => reordered((chunks) => chunks.splice(at(16), 1, new Uint8Array(CHUNK))),
};

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
    .filter(([name]) => source !== "glance" || name !== "followed by more");
  campaign({
    name: `wrong bytes from ${way}`,
    cases: scaled(damages.length),
    open: () => Promise.resolve(new Host({ nova: options })),
    async one(host, index) {
      const content = damages[index % damages.length]?.[1]() ?? SOUND;
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

campaign({
  name: "Glance ends midway, and comes back",
  cases: scaled(6),
  open: () => Promise.resolve(new Trial({ flags: ["--source=glance", "--retries=0"] })),
  async one(trial, index) {
    const { glance } = trial.host.lab;
    const [{ id } = { id: "" }] = trial.images;
    glance.setFault(id, { kind: "cut", after: Math.floor((SIZE - 1) * (index % 6) / 5) });
    failureOf(await trial.run(), 75);
    assertEquals(trial.paths(), []);
    glance.setFault(id, undefined);
    await trial.assertRecovers();
    trial.clear();
  },
});

campaign({
  name: "Keystone answers 503, or the token ends midway",
  cases: scaled(4),
  open: () => Promise.resolve(new Trial({ ...slow(EMBEDDED), keystone: true })),
  async one(trial, index) {
    const { keystone, tokens } = trial.host.lab;
    if (index % 2 === 0) {
      const path = "/v3/auth/tokens";
      keystone?.server.setFault(path, { kind: "status", status: 503, times: 100 });
      const ended = await trial.run();
      assertEquals(failureOf(ended, 75).code, "temporary");
      keystone?.server.setFault(path, undefined);
    } else {
      const running = await trial.host.start(trial.command);
      await untilMidway(trial);
      tokens.revokeAll();
      trial.assertHonest(await running.ended);
      trial.clear();
    }
    await trial.assertRecovers();
    trial.clear();
  },
});
