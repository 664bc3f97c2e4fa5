import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readPublicKey, readSigner } from "@/seals/key.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { PRIVATE_PEM, PUBLIC_PEM } from "../../doubles/seals.ts";
import { ROOT } from "../signatures/samples.ts";

Deno.test("readSigner() has the public key that OpenSSL derives", async () => {
  const { key } = await readSigner(PRIVATE_PEM);
  assertEquals(key, readPublicKey(PUBLIC_PEM));
  // openssl pkey -in KEY.pem -pubout -outform DER | sha256sum
  assertEquals(key.id, "911f04838f2eb49296f6ba8403448ec7bf54f2f0e04b3425e5786b163bb17d88");
});

Deno.test("readPublicKey() accepts only an Ed25519 public key in PEM", () => {
  assertThrows(() => readPublicKey(PRIVATE_PEM), EncodingError, "it has 'PRIVATE KEY'");
  assertThrows(() => readPublicKey(ROOT), EncodingError, "it has 'CERTIFICATE', expected");
  const x25519 = PUBLIC_PEM.replace("MCowBQYDK2Vw", "MCowBQYDK2Vu");
  assertThrows(() => readPublicKey(x25519), EncodingError, "it is not an Ed25519 public key");
});

/** Points of small order: canonical, with the other sign, and not canonical. */
const WEAK = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

for (const hex of WEAK) {
  Deno.test(`readPublicKey() refuses the key ${hex}, for which anybody can sign`, () => {
    const spki = Uint8Array.fromHex(`302a300506032b6570032100${hex}`).toBase64();
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`;
    assertThrows(() => readPublicKey(pem), EncodingError, "it is not an Ed25519 public key");
  });
}

Deno.test("readSigner() refuses any other key, and repeats nothing of it", async () => {
  const encrypted =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----";
  await assertRejects(() => readSigner(encrypted), EncodingError, "it has 'ENCRYPTED");
  const cut = PRIVATE_PEM.replace("M3tK", "");
  const error = await assertRejects(() => readSigner(cut), EncodingError);
  assertEquals(error.message, "it is not an Ed25519 private key");
});
