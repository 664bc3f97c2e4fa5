/**
 * The verdict over a digest; every scheme is compared with cursive in `tests/peer`.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "@/errors.ts";
import { digestOf } from "@/signatures/digest.ts";
import { type SignaturePlan, signaturePlan, verifySignature } from "@/signatures/signature.ts";
import type { KeyType, SignatureHash } from "@/signatures/properties.ts";
import { parseCertificate } from "@/signatures/certificate.ts";
import {
  DATA,
  DSA,
  DSA_SIGNER,
  EC_SIGNER,
  ECDSA,
  PKCS1,
  PSS_DIGEST,
  PSS_MAX,
  RSA_SIGNER,
} from "./samples.ts";

interface Sample {
  readonly pem: string;
  readonly keyType: KeyType;
  readonly hash: SignatureHash;
  readonly signature: string;
}

const SAMPLES: readonly Sample[] = [
  { pem: RSA_SIGNER, keyType: "RSA-PSS", hash: "sha256", signature: PSS_MAX },
  { pem: DSA_SIGNER, keyType: "DSA", hash: "sha256", signature: DSA },
  { pem: EC_SIGNER, keyType: "ECC_SECP384R1", hash: "sha384", signature: ECDSA },
];

function planOf({ pem, keyType, hash }: Sample, signature: Uint8Array): SignaturePlan {
  const properties = { keyType, hash, signature, certificateId: "signer" };
  return signaturePlan("image-1", properties, parseCertificate(pem, "the test"), false);
}

function refusal(run: () => void): ToolError {
  const error = assertThrows(run, ToolError);
  assertEquals(error.code, "signature_invalid");
  return error;
}

for (const sample of SAMPLES) {
  const { keyType, hash } = sample;
  const signature = Uint8Array.fromBase64(sample.signature);
  const digest = digestOf(hash, DATA);

  Deno.test(`verifySignature accepts a signature of ${keyType}, also after a trip to a Worker`, () => {
    verifySignature(structuredClone(planOf(sample, signature)), digest);
  });

  Deno.test(`verifySignature refuses a digest or a signature of ${keyType} with a bit changed`, () => {
    const flipped = (bytes: Uint8Array, bit: number) =>
      bytes.map((byte, index) => index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte);
    const bitOf = (bytes: Uint8Array) => fc.nat(bytes.length * 8 - 1);
    // Of a digest that is longer than q (160 bits), DSA signs the beginning (FIPS 186-4 §4.6).
    const signed = keyType === "DSA" ? digest.subarray(0, 20) : digest;
    fc.assert(fc.property(bitOf(signature), bitOf(signed), (inSignature, inDigest) => {
      refusal(() => verifySignature(planOf(sample, flipped(signature, inSignature)), digest));
      refusal(() => verifySignature(planOf(sample, signature), flipped(digest, inDigest)));
    }));
  });
}

const [rsa] = SAMPLES as readonly [Sample];
const digest = digestOf("sha256", DATA);

Deno.test("verifySignature names both sides of a mismatch", () => {
  const error = refusal(() =>
    verifySignature(planOf(rsa, Uint8Array.fromBase64(PSS_MAX)), digestOf("sha256"))
  );
  assertEquals(
    error.message,
    "Cannot verify the signature of image 'image-1': the data's sha256 " +
      "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' is not what the key of " +
      "certificate 'signer' ('CN=RSA signer,O=Example\\, Inc.') signed",
  );
});

Deno.test("verifySignature accepts a salt of any length, as nova with cryptography 43 does", () => {
  // What `openssl dgst -sigopt rsa_padding_mode:pss` makes since OpenSSL 3.1.
  verifySignature(planOf(rsa, Uint8Array.fromBase64(PSS_DIGEST)), digest);
  verifySignature(planOf(rsa, Uint8Array.fromBase64(PSS_MAX)), digest);
});

Deno.test("verifySignature says how to sign again where the padding is another", () => {
  const other = refusal(() => verifySignature(planOf(rsa, Uint8Array.fromBase64(PKCS1)), digest));
  assert(other.message.endsWith("it is a PKCS#1 v1.5 signature, not RSA-PSS"));
  assert(other.hints[0]?.includes("-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max"));
});

Deno.test("verifySignature treats a digest of another length as a bug, not as a bad image", () => {
  const plan = planOf(rsa, Uint8Array.fromBase64(PSS_MAX));
  assertThrows(() => verifySignature(plan, digest.subarray(1)), TypeError, "a digest of 31 bytes");
});

Deno.test("signaturePlan refuses an invalid signature before any byte is downloaded", () => {
  const cases: readonly [string, Sample, Uint8Array][] = [
    ["129 bytes, but the key makes signatures of 128", rsa, new Uint8Array(129)],
    ["it is larger than the key's modulus", rsa, new Uint8Array(128).fill(0xff)],
    [
      "s is out of its range",
      { ...rsa, pem: DSA_SIGNER, keyType: "DSA" },
      Uint8Array.fromHex("3006020101020100"),
    ],
    [
      "is malformed: tag 0x00",
      { ...rsa, pem: EC_SIGNER, keyType: "ECC_SECP384R1" },
      new Uint8Array(96),
    ],
    ["has a key of kind RSA, but 'DSA' means DSA", { ...rsa, keyType: "DSA" }, new Uint8Array(1)],
    ["has a key of kind P-384, but 'ECC_SECP521R1' means P-521", {
      ...rsa,
      pem: EC_SIGNER,
      keyType: "ECC_SECP521R1",
    }, new Uint8Array(1)],
  ];
  for (const [said, sample, signature] of cases) {
    const { message } = refusal(() => planOf(sample, signature));
    assert(message.includes(said), message);
  }
});
