/**
 * Sources that hold other bytes than the record promises, stop, die, or forget who may ask.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import {
  altered,
  dense,
  type ImageContent,
  noise,
  pieces,
  read,
  resized,
} from "@lab/embedded/content.ts";
import { Host } from "../scenario/host.ts";
import { failureOf, resultOf } from "../scenario/program.ts";
import { campaign, scaled } from "./campaign.ts";
import { SLOW, untilMidway } from "./midway.ts";
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

/** Both ways of `rbd`, and HTTP. */
const WAYS = [
  { way: "rbd export-diff", source: "rbd", transfer: "sparse" },
  { way: "rbd export", source: "rbd", transfer: "plain" },
  { way: "Glance", source: "glance", transfer: "sparse" },
] as const;

for (const { way, source, transfer } of WAYS) {
  const damages = Object.entries(DAMAGES)
    // Glance ends a body where its header says: more than that cannot come from it.
    .filter(([name]) => source === "rbd" || name !== "followed by more");
  campaign({
    name: `wrong bytes from ${way}`,
    cases: scaled(damages.length),
    open: () => Promise.resolve(new Host({ nova: { "glance_direct.rbd_transfer": transfer } })),
    async one(host, index) {
      const content = damages[index % damages.length]?.[1]() ?? SOUND;
      const wrong = source === "rbd" ? { rbd: content } : { data: content };
      const { id } = host.lab.addImage({ diskFormat: "raw", content: SOUND, ...wrong });
      const args = ["fetch", id, "--retries=0"];
      const ended = await host.run([...args, `--source=${source}`, "--no-fallback"]);
      // A body that ends early is a broken connection, worth another try; a short export is a lie.
      const isBroken = source === "glance" && content.size < SIZE;
      const { code } = failureOf(ended, isBroken ? 75 : 65);
      assertEquals(["digest_mismatch", "size_mismatch"].includes(code), !isBroken, code);
      host.assertNothingLeft();
      // The other source has the image.
      const other = source === "rbd" ? "auto" : "rbd";
      const result = resultOf(await host.run([...args, `--source=${other}`]));
      assertEquals(result.source, source === "rbd" ? "glance" : "rbd");
      assertEquals(await Deno.readFile(host.base(id)), read(SOUND, 0, SIZE));
      await Deno.remove(host.base(id));
    },
  });
}

const RBD_SLOW = { size: SLOW.size ?? 0, flags: ["--limit-rate=2M", "--stall-timeout=1s"] };

for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
  campaign({
    name: `${signal} of rbd midway`,
    cases: scaled(3),
    open: () => Promise.resolve(new Trial(RBD_SLOW)),
    async one(trial) {
      const running = await trial.host.start(trial.command);
      await untilMidway(trial);
      for (const pid of trial.host.lab.ceph.running()) Deno.kill(pid, signal);
      const ended = await running.ended;
      assertEquals(resultOf(ended).source, "glance", ended.stderr);
      assertLess(ended.seconds, 20);
      await trial.untilQuiet();
      await trial.assertRecovers();
      trial.clear();
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
  open: () => Promise.resolve(new Trial({ ...SLOW, keystone: true })),
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
