/**
 * Certificates: complete, truncated, and with changed bytes.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "@/errors.ts";
import { isSignedBy } from "@/signatures/chain.ts";
import { decodePem } from "@/signatures/pem.ts";
import { type Certificate, MAX_PEM_SIZE, parseCertificate } from "@/signatures/certificate.ts";
import { DSA_SIGNER, EC_SIGNER, EXPIRED, ROOT, RSA_SIGNER } from "./samples.ts";

const parse = (pem: string) => parseCertificate(pem, "the test");
const pemOf = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${der.toBase64()}\n-----END CERTIFICATE-----\n`;

function parsed(der: Uint8Array): Certificate | ToolError {
  try {
    return parse(pemOf(der));
  } catch (error) {
    if (error instanceof ToolError && error.code === "certificate_invalid") return error;
    throw error;
  }
}

Deno.test("parseCertificate reads names, dates, key and extensions", () => {
  const root = parse(ROOT);
  assertEquals(root.subject.text, "CN=Root,O=Example\\, Inc.");
  assertEquals(root.subject.key, root.issuer.key);
  assertEquals([root.notBefore, root.notAfter], [Date.UTC(2025, 0, 1), Date.UTC(2075, 0, 1)]);
  assert(root.publicKey.kind === "ec" && root.publicKey.curve === "P-256");
  assertEquals(root.extensions, {
    basicConstraints: { isAuthority: true, pathLength: undefined },
    signsCertificates: true,
    unknownCritical: [],
  });
  assertEquals(parse(EC_SIGNER).extensions.unknownCritical, ["1.2.3.4"]);
  assertEquals(parse(RSA_SIGNER).publicKey.kind, "rsa");
  assertEquals(parse(DSA_SIGNER).publicKey.kind, "dsa");
});

Deno.test("parseCertificate refuses every beginning of a certificate that is not the whole", () => {
  const der = decodePem(EC_SIGNER);
  for (let length = 0; length < der.length; length++) {
    assert(parsed(der.slice(0, length)) instanceof ToolError, `${length} bytes`);
  }
});

Deno.test("a certificate with any byte changed is malformed or not the issuer's", () => {
  const issuer = parse(ROOT).publicKey;
  const der = decodePem(EC_SIGNER);
  assert(isSignedBy(issuer, parse(EC_SIGNER)));
  for (let at = 0; at < der.length; at++) {
    const changed = der.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const found = parsed(changed);
    assert(found instanceof ToolError || !isSignedBy(issuer, found), `byte ${at}`);
  }
});

Deno.test("parseCertificate answers bytes inserted and removed anywhere with its error or a refusal", () => {
  const issuer = parse(ROOT).publicKey;
  const der = decodePem(RSA_SIGNER);
  fc.assert(
    fc.property(
      fc.nat(der.length),
      fc.nat(3),
      fc.uint8Array({ maxLength: 3 }),
      (at, gone, added) => {
        const changed = Uint8Array.from([...der.slice(0, at), ...added, ...der.slice(at + gone)]);
        if (changed.toHex() === der.toHex()) return;
        const found = parsed(changed);
        assert(found instanceof ToolError || !isSignedBy(issuer, found));
      },
    ),
  );
});

Deno.test("parseCertificate reads the first certificate of a text, whatever is around it", () => {
  const text = `Bag Attributes\n${RSA_SIGNER}\r\n${ROOT}`;
  assertEquals(parse(text).subject.text, "CN=RSA signer,O=Example\\, Inc.");
  assertEquals(parse(EXPIRED.replaceAll("\n", "\r\n")).notAfter, Date.UTC(2021, 0, 1));
});

Deno.test("parseCertificate names the fault and the certificate", () => {
  const wrong = {
    "it is not in PEM format": "MIIB",
    "the PEM text is not base64": RSA_SIGNER.replace("MII", "MI!"),
    "characters long": `${RSA_SIGNER}${" ".repeat(MAX_PEM_SIZE)}`,
    "tag 0x2c, expected 0x30": RSA_SIGNER.replace(/\n.{64}\n/, "\n"),
  };
  for (const [said, pem] of Object.entries(wrong)) {
    const error = assertThrows(() => parse(pem), ToolError, said);
    assertEquals(error.code, "certificate_invalid");
    assert(error.message.startsWith("Cannot read the certificate of the test: "), error.message);
  }
});
