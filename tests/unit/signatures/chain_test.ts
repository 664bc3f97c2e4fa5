/**
 * The messages of the chain; its decisions are compared with cursive in `tests/peer`.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { type NamedCertificate, verifyChain } from "@/signatures/chain.ts";
import { parseCertificate } from "@/signatures/certificate.ts";
import { recordedLog } from "./recorded_log.ts";
import { EC_SIGNER, EXPIRED, ROOT, RSA_SIGNER } from "./samples.ts";

const NOW = Date.UTC(2026, 0, 1);
const named = (id: string, pem: string): NamedCertificate => ({
  id,
  certificate: parseCertificate(pem, id),
});
const root = named("root", ROOT);
const signer = named("signer", RSA_SIGNER);

function refusal(one: NamedCertificate, trusted: readonly NamedCertificate[], now = NOW): string {
  const { log } = recordedLog();
  const error = assertThrows(() => verifyChain({ signer: one, trusted, now, log }), ToolError);
  assertEquals(error.code, "certificate_invalid");
  return error.message;
}

Deno.test("verifyChain returns the chain from the signer to the root", () => {
  const { log, lines } = recordedLog();
  const chain = verifyChain({ signer, trusted: [named("other", RSA_SIGNER), root], now: NOW, log });
  assertEquals(chain.map(({ id }) => id), ["signer", "root"]);
  assertEquals(lines, [
    "warning: Not using trusted certificate 'other': its basicConstraints do not say 'CA:TRUE'",
  ]);
});

Deno.test("verifyChain names the issuer that is missing", () => {
  assertEquals(
    refusal(signer, []),
    "Cannot trust signing certificate 'signer' ('CN=RSA signer,O=Example\\, Inc.'): " +
      "no usable trusted certificate is the issuer ('CN=Root,O=Example\\, Inc.') of 'signer'",
  );
});

Deno.test("verifyChain names both dates of a certificate that is not valid now", () => {
  const message = refusal(named("old", EXPIRED), [root]);
  assert(
    message.endsWith(
      "it was valid until 2021-01-01T00:00:00.000Z, now is 2026-01-01T00:00:00.000Z",
    ),
  );
  assert(refusal(signer, [root], 0).includes("it is valid from 2025-01-01T00:00:00.000Z"));
});

Deno.test("verifyChain warns of SHA-1 and of unsupported critical extensions, and accepts them", () => {
  const { log, lines } = recordedLog();
  verifyChain({ signer: named("weak", EC_SIGNER), trusted: [root], now: NOW, log });
  assertEquals(lines, [
    "warning: Certificate 'weak' is signed over SHA-1, which can be forged",
    "warning: Certificate 'weak' has an unsupported critical extension",
  ]);
});
