import { assertEquals, assertRejects } from "@std/assert";
import { dense, noise, sparse } from "@lab/embedded/content.ts";
import { ToolError } from "@/errors.ts";
import { CHUNK_SIZE } from "@/seals/chunks.ts";
import { signedBytes, writeEnvelope } from "@/seals/envelope.ts";
import { readPublicKey } from "@/seals/key.ts";
import { makeSeal, openSeal, type SealedImage } from "@/seals/seal.ts";
import {
  digestsOf,
  OTHER_PUBLIC_PEM,
  PUBLIC_PEM,
  sealOf,
  signer,
  statementOf,
} from "../../doubles/seals.ts";

const ID = "aaaaaaaa-0000-4000-8000-00000000000a";
const KEY = readPublicKey(PUBLIC_PEM);
const CONTENT = sparse(3 * CHUNK_SIZE - 5, { 0: 1000, [2 * CHUNK_SIZE]: 7 });
const IMAGE: SealedImage = {
  id: ID,
  size: CONTENT.size,
  hash: { algorithm: "sha512", value: "ab".repeat(64), origin: "os_hash_value" },
};

async function refused(text: string, message: string, image = IMAGE, keys = [KEY]) {
  const error = await assertRejects(() => openSeal(text, image, keys), ToolError);
  assertEquals([error.code, error.message], ["signature_invalid", message]);
}

Deno.test("openSeal() returns the digests of what was sealed, and the key", async () => {
  const { digests, key } = await openSeal(await sealOf(IMAGE, CONTENT), IMAGE, [
    readPublicKey(OTHER_PUBLIC_PEM),
    KEY,
  ]);
  assertEquals(digests, digestsOf(CONTENT));
  assertEquals(digests.subarray(32, 64), new Uint8Array(32), "a chunk of zeros is zeros");
  assertEquals(key, KEY.id);
});

Deno.test("openSeal() opens the seal of an empty image, and of one smaller than a chunk", async () => {
  for (const content of [dense(new Uint8Array()), dense(noise(3))]) {
    const image = { ...IMAGE, size: content.size };
    const { digests } = await openSeal(await sealOf(image, content), image, [KEY]);
    assertEquals(digests.length, content.size === 0 ? 0 : 32);
  }
});

Deno.test("openSeal() refuses a seal signed by another key, and one altered afterwards", async () => {
  const other = readPublicKey(OTHER_PUBLIC_PEM);
  const text = await sealOf(IMAGE, CONTENT);
  await refused(text, `it is signed by "${KEY.id}", expected one of "${other.id}"`, IMAGE, [other]);
  const { payload, ...rest } = JSON.parse(text);
  const changed = btoa(atob(payload).replace(`"size":${IMAGE.size}`, `"size":${IMAGE.size - 1}`));
  const { payloadType, signatures } = rest;
  await refused(
    JSON.stringify({ payloadType, payload: changed, signatures }),
    "its signature does not match its content",
  );
});

Deno.test("openSeal() refuses an envelope that gives a foreign key a trusted name", async () => {
  const other = readPublicKey(OTHER_PUBLIC_PEM);
  const text = (await sealOf(IMAGE, CONTENT)).replace(KEY.id, other.id);
  await refused(text, "its signature does not match its content", IMAGE, [other]);
});

Deno.test("openSeal() refuses the seal of another image, of another size and of an older hash", async () => {
  const hash = { algorithm: "sha512", value: "cd".repeat(64) };
  const id = "bbbbbbbb-0000-4000-8000-00000000000b";
  await refused(
    await sealOf(IMAGE, CONTENT, { image: id }),
    `it is for the image "${id}", expected "${ID}"`,
  );
  await refused(
    await sealOf(IMAGE, CONTENT, { size: IMAGE.size - 1 }),
    `it is for the size "${IMAGE.size - 1}", expected "${IMAGE.size}"`,
  );
  await refused(
    await sealOf(IMAGE, CONTENT, { hash }),
    `it is for the hash "sha512 ${hash.value}", expected "sha512 ${IMAGE.hash.value}"`,
  );
});

Deno.test("openSeal() refuses a truncated or too long seal, or one with too few chunks, before it uses memory", async () => {
  const text = await sealOf(IMAGE, CONTENT);
  await refused(text.slice(0, -20), "it is not JSON");
  await refused("", "it is not JSON");
  await refused(" ".repeat(20_000), "it is longer than 8384 bytes");
  const vast = { size: CHUNK_SIZE * 1e9, digests: new Uint8Array(0) };
  await refused(
    await sealOf(IMAGE, CONTENT, vast),
    "it has 0 chunks, its size requires 1000000000",
  );
});

Deno.test("openSeal() accepts one text for each seal: nothing twice, nothing added, no other order", async () => {
  const text = await sealOf(IMAGE, CONTENT);
  const form = "it is not in its one canonical form";
  await refused(text.replace("{", '{"payloadType":"x",'), form);
  await refused(text.replace("{", '{"extra":1,'), form);
  await refused(text.replace("{", "{ "), form);
  await refused(`${text}\n`, form);
  await refused("{}", "it lacks one of 'payloadType', 'payload', 'signatures'");
  await refused(text.replace(".v1+", ".v2+"), "it is not a seal of this version");
});

Deno.test("openSeal() requires the canonical form of the signed payload, too", async () => {
  const trusted = await signer();
  const payload = new TextDecoder().decode(
    Uint8Array.fromBase64(JSON.parse(await sealOf(IMAGE, CONTENT)).payload),
  );
  const signed = async (text: string) => {
    const bytes = new TextEncoder().encode(text);
    const signatures = [{ keyid: trusted.key.id, sig: await trusted.sign(signedBytes(bytes)) }];
    return writeEnvelope({ payload: bytes, signatures });
  };
  assertEquals((await openSeal(await signed(payload), IMAGE, [KEY])).key, KEY.id);
  await refused(
    await signed(payload.replace("{", '{"size":1,')),
    "it is not in its one canonical form",
  );
  await refused(
    await signed(payload.replace("4194304", "1")),
    "its chunks are not of 4194304 bytes",
  );
});

Deno.test("makeSeal() signs what DSSE says: the type, the payload and their lengths", async () => {
  const text = await makeSeal(statementOf(IMAGE, CONTENT), await signer());
  const { payload, payloadType, signatures } = JSON.parse(text);
  const signed = new TextEncoder().encode(
    `DSSEv1 ${payloadType.length} ${payloadType} ${atob(payload).length} ${atob(payload)}`,
  );
  const key = await crypto.subtle.importKey("spki", KEY.spki, "Ed25519", false, ["verify"]);
  const sig = Uint8Array.fromBase64(signatures[0].sig);
  assertEquals(await crypto.subtle.verify("Ed25519", key, sig, signed), true);
});
