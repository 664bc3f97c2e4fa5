import { createHash } from "node:crypto";
import { assertEquals, assertRejects } from "@std/assert";
import { altered, dense, type ImageContent, noise } from "@lab/embedded/content.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { type Segment, SEGMENT_SIZE } from "@/bytes/segment.ts";
import { ToolError } from "@/errors.ts";
import type { Rules } from "@/plan/rules.ts";
import { CHUNK_SIZE } from "@/seals/chunks.ts";
import type { SignaturePlan } from "@/signatures/signature.ts";
import { startVerifier } from "@/transfer/start_verifier.ts";
import type { Content } from "@/transfer/verdict.ts";
import { imageOf } from "../../doubles/image.ts";
import { digestsOf } from "../../doubles/seals.ts";
import { data } from "../../doubles/segments.ts";
import { BARE_PLAN } from "./plans.ts";

const CONTENT = dense(noise(2 * CHUNK_SIZE + 1000));
const BYTES = CONTENT.extents[0]!.bytes;
const digestOf = (algorithm: string) => createHash(algorithm).update(BYTES).digest("hex");

const HASH = { algorithm: "sha512", value: digestOf("sha512"), origin: "os_hash_value" } as const;

const SEALED = {
  kind: "verify",
  seal: { key: "ab", digests: digestsOf(CONTENT) },
  workers: 2,
  stopAtFirst: true,
} as const;

const rules = (changes: Partial<Rules>): Rules => ({
  ...BARE_PLAN,
  record: imageOf("", { size: CONTENT.size, hash: HASH }),
  size: CONTENT.size,
  verify: "full",
  ...changes,
});

async function verified(
  of: Rules,
  { extents }: ImageContent = CONTENT,
): Promise<{ content: Content; progress: number }> {
  const bytes = extents.map((extent) => extent.bytes);
  const whole = new Uint8Array(await new Blob(bytes).arrayBuffer());
  function* segments(): Generator<Segment> {
    for (let at = 0; at < whole.length; at += SEGMENT_SIZE) {
      yield data(whole.slice(at, at + SEGMENT_SIZE));
    }
  }
  let progress = 0;
  const onProgress = (count: number) => void (progress += count);
  using verifier = startVerifier(of, new BufferPool(), onProgress);
  await ReadableStream.from(segments()).pipeTo(verifier.sink());
  return { content: await verifier.content(), progress };
}

Deno.test("startVerifier() with a seal computes no hash over the whole image", async () => {
  const { content, progress } = await verified(rules({ chunks: SEALED }));
  const { algorithm, value } = HASH;
  assertEquals(content, {
    hash: { algorithm, value, origin: "seal", seal: { key: "ab", chunks: 3 } },
    digests: new Map(),
  });
  assertEquals(progress, CONTENT.size);
});

Deno.test("startVerifier() with a seal digests the whole image for a signature all the same", async () => {
  const signature = { hash: "sha256" } as SignaturePlan;
  const { content, progress } = await verified(rules({ chunks: SEALED, signature }));
  assertEquals(content.hash?.origin, "seal");
  assertEquals(content.digests.get("sha256")?.toHex(), digestOf("sha256"));
  assertEquals(progress, CONTENT.size, "every byte is counted once");
});

Deno.test("startVerifier() ends at a wrong chunk, also beside a signature", async () => {
  const wrong = altered(CONTENT, CHUNK_SIZE + 3);
  for (const signature of [null, { hash: "sha256" } as SignaturePlan]) {
    const error = await assertRejects(
      () => verified(rules({ chunks: SEALED, signature }), wrong),
      ToolError,
      `at offset ${CHUNK_SIZE} are sha256`,
    );
    assertEquals(error.code, "digest_mismatch");
  }
});

Deno.test("startVerifier() returns the digests for a seal only after the hash is verified", async () => {
  const chunks = { kind: "digest", workers: 1 } as const;
  const { content } = await verified(rules({ chunks }));
  assertEquals([content.hash, content.chunks], [HASH, digestsOf(CONTENT)]);
  const unverified = await verified(rules({ chunks, verify: "size" }));
  assertEquals(unverified.content.chunks, undefined);
  const other = imageOf("other", { size: CONTENT.size });
  await assertRejects(() => verified(rules({ chunks, record: other })), ToolError, "sha512 is");
});
