/**
 * The four properties of a signed image.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { isSigned, readSignatureProperties } from "@/signatures/properties.ts";

const SIGNED: Readonly<Record<string, string>> = {
  img_signature: "QUJD",
  img_signature_hash_method: "SHA-224",
  img_signature_key_type: "ECC_SECP521R1",
  img_signature_certificate_uuid: "some id",
};

const read = (properties: Readonly<Record<string, string>>) =>
  readSignatureProperties({ id: "image-1", properties });

Deno.test("readSignatureProperties reads the four properties", () => {
  assertEquals(read(SIGNED), {
    signature: Uint8Array.of(0x41, 0x42, 0x43),
    hash: "sha224",
    keyType: "ECC_SECP521R1",
    certificateId: "some id",
  });
});

Deno.test("readSignatureProperties names every property that is missing", () => {
  for (const name of Object.keys(SIGNED)) {
    const { [name]: _, ...others } = SIGNED;
    const error = assertThrows(() => read(others), ToolError, `it has no property '${name}'`);
    assertEquals(error.code, "signature_missing");
    assert(isSigned({ properties: others }));
  }
  assertThrows(() => read({}), ToolError, "'img_signature', 'img_signature_hash_method'");
  assert(!isSigned({ properties: {} }));
});

Deno.test("readSignatureProperties names the value that it cannot use and those that it can", () => {
  const wrong: readonly [string, string, string][] = [
    ["img_signature", "QQ", "'img_signature' is not base64"],
    ["img_signature", "", "'img_signature' is empty"],
    [
      "img_signature_hash_method",
      "sha-256",
      'is "sha-256", allowed are SHA-224, SHA-256, SHA-384, SHA-512',
    ],
    ["img_signature_hash_method", "constructor", 'is "constructor"'],
    [
      "img_signature_key_type",
      "RSA",
      'is "RSA", allowed are RSA-PSS, DSA, ECC_SECP384R1, ECC_SECP521R1',
    ],
    ["img_signature_key_type", "ECC_SECT571K1", "'ECC_SECT571K1' is a binary curve"],
  ];
  for (const [name, value, said] of wrong) {
    const error = assertThrows(() => read({ ...SIGNED, [name]: value }), ToolError, said);
    assertEquals(error.code, "signature_invalid");
  }
});
