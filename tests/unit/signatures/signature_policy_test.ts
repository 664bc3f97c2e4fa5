/**
 * nova's decision when a signature is asked for.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Config } from "@/config/config.ts";
import { type SignaturePolicy, signaturePolicy } from "@/signatures/signature_policy.ts";

interface Setting {
  readonly verify?: boolean;
  readonly validate?: boolean;
  readonly defaults?: readonly string[];
  readonly call?: readonly string[];
}

function policy({ verify, validate, defaults, call }: Setting): SignaturePolicy {
  const values: Record<string, unknown> = {
    "glance.verify_glance_signatures": verify ?? false,
    "glance.enable_certificate_validation": validate ?? false,
    "glance.default_trusted_certificate_ids": defaults ?? [],
  };
  const config = { get: (key: string) => values[key] } as Pick<Config, "get">;
  return signaturePolicy({ config, trustedCerts: call ?? [] });
}

const NOTHING = { required: false, trusted: [], chainRequired: false };

Deno.test("signaturePolicy asks for nothing by default, and for nothing with ids that no option uses", () => {
  assertEquals(policy({}), NOTHING);
  assertEquals(policy({ defaults: ["a"] }), NOTHING);
});

Deno.test("signaturePolicy with verify_glance_signatures alone asks for a signature of anyone", () => {
  assertEquals(policy({ verify: true, defaults: ["a"] }), { ...NOTHING, required: true });
});

Deno.test("signaturePolicy with enable_certificate_validation alone asks for none, as nova does", () => {
  assertEquals(policy({ validate: true }), { ...NOTHING, chainRequired: true });
});

Deno.test("signaturePolicy with enable_certificate_validation and ids asks for a trusted signature", () => {
  const expected = { required: true, trusted: ["a"], chainRequired: true };
  assertEquals(policy({ validate: true, defaults: ["a"] }), expected);
  assertEquals(policy({ validate: true, verify: true, defaults: ["a"] }), expected);
});

Deno.test("signaturePolicy lets the certificates of the call replace the configured ones and ask on their own", () => {
  const call = ["mine"];
  assertEquals(policy({ call }), { required: true, trusted: call, chainRequired: false });
  assertEquals(policy({ call, validate: true, defaults: ["a"] }), {
    required: true,
    trusted: call,
    chainRequired: true,
  });
});

Deno.test("signaturePolicy with both options and no ids asks for what nobody can give, as nova does", () => {
  assertEquals(policy({ verify: true, validate: true }), {
    required: true,
    trusted: [],
    chainRequired: true,
  });
});
