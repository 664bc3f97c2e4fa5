/**
 * When an image must be signed, by whom, and the plan that follows.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import { parseCertificate } from "@/signatures/certificate.ts";
import type { CertificateSource } from "@/signatures/certificate_source.ts";
import { planSignature, type SignaturePolicy, signaturePolicy } from "@/signatures/policy.ts";
import type { SignaturePlan } from "@/signatures/signature.ts";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { recordedLog } from "./recorded_log.ts";
import { EXPIRED, PSS_MAX, ROOT, RSA_SIGNER } from "./samples.ts";

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
  return signaturePolicy(config, call ?? []);
}

const NOTHING = { required: false, trusted: [], chainRequired: false };

Deno.test("signaturePolicy requires nothing by default, nor with ids that no option uses", () => {
  assertEquals(policy({}), NOTHING);
  assertEquals(policy({ defaults: ["a"] }), NOTHING);
});

Deno.test("signaturePolicy with only verify_glance_signatures requires a signature by any key", () => {
  assertEquals(policy({ verify: true, defaults: ["a"] }), { ...NOTHING, required: true });
});

Deno.test("signaturePolicy with only enable_certificate_validation requires none, as nova does", () => {
  assertEquals(policy({ validate: true }), { ...NOTHING, chainRequired: true });
});

Deno.test("signaturePolicy with enable_certificate_validation and ids requires a trusted signature", () => {
  const expected = { required: true, trusted: ["a"], chainRequired: true };
  assertEquals(policy({ validate: true, defaults: ["a"] }), expected);
  assertEquals(policy({ validate: true, verify: true, defaults: ["a"] }), expected);
});

Deno.test("signaturePolicy: certificates of the call replace the configured ones, and require a signature", () => {
  const call = ["mine"];
  assertEquals(policy({ call }), { required: true, trusted: call, chainRequired: false });
  assertEquals(policy({ call, validate: true, defaults: ["a"] }), {
    required: true,
    trusted: call,
    chainRequired: true,
  });
});

Deno.test("signaturePolicy with both options and no ids requires what no image can satisfy, as nova does", () => {
  assertEquals(policy({ verify: true, validate: true }), {
    required: true,
    trusted: [],
    chainRequired: true,
  });
});

const IMAGE = {
  id: "image-1",
  properties: {
    img_signature: PSS_MAX,
    img_signature_hash_method: "SHA-256",
    img_signature_key_type: "RSA-PSS",
    img_signature_certificate_uuid: "signer",
  },
};
const CERTIFICATES: Readonly<Record<string, string>> = { signer: RSA_SIGNER, root: ROOT };
const ANYONE: SignaturePolicy = { required: true, trusted: [], chainRequired: false };

function source(
  pems: Readonly<Record<string, string>>,
  failures: Readonly<Record<string, ErrorCode>> = {},
): CertificateSource {
  return {
    get: (id) =>
      Promise.resolve(failures[id]).then((code) => {
        if (code !== undefined) throw new ToolError(code, `no '${id}'`, { hints: ["mend it"] });
        const pem = pems[id];
        if (pem === undefined) throw new ToolError("certificate_invalid", `no '${id}'`);
        return parseCertificate(pem, id);
      }),
  };
}

interface Given {
  readonly image?: { readonly id: string; readonly properties: Readonly<Record<string, string>> };
  readonly policy?: Partial<SignaturePolicy>;
  readonly certificates?: CertificateSource;
  readonly signal?: AbortSignal;
}

function plan(given: Given, { log } = recordedLog()): Promise<SignaturePlan | null> {
  return planSignature({
    image: IMAGE,
    certificates: source(CERTIFICATES),
    clock: { now: () => Date.UTC(2026, 0, 1) },
    signal: new AbortController().signal,
    ...given,
    policy: { ...ANYONE, ...given.policy },
    log,
  });
}

Deno.test("planSignature plans nothing and fetches nothing where no signature is asked for", async () => {
  const recorded = recordedLog();
  const policy = { required: false };
  assertEquals(await plan({ policy, certificates: source({}) }, recorded), null);
  assertEquals(recorded.lines, ["debug: Not verifying the signature of image 'image-1'"]);
});

Deno.test("planSignature reports whose certificate it is, and whether it is trusted", async () => {
  const expected = {
    id: "signer",
    subject: "CN=RSA signer,O=Example\\, Inc.",
    notAfter: new Date("2075-01-01T00:00:00Z"),
  };
  assertEquals((await plan({}))?.certificate, { ...expected, trusted: false });
  const policy = { trusted: ["root"] };
  assertEquals((await plan({ policy }))?.certificate, { ...expected, trusted: true });
});

Deno.test("planSignature refuses an unsigned image where a signature is asked for", async () => {
  const image = { id: "image-1", properties: {} };
  const error = await assertRejects(() => plan({ image }), ToolError);
  assertEquals(error.code, "signature_missing");
});

Deno.test("planSignature with validation on and no trusted certificate fails like nova", async () => {
  const error = await assertRejects(() => plan({ policy: { chainRequired: true } }), ToolError);
  assertEquals(error.code, "certificate_invalid");
  assert(error.hints[0]?.includes("default_trusted_certificate_ids"));
});

Deno.test("planSignature accepts an expired certificate with a warning if no chain is required", async () => {
  const recorded = recordedLog();
  const certificates = source({ signer: EXPIRED });
  assert(await plan({ certificates }, recorded) !== null);
  assertEquals(recorded.lines.length, 1);
  assert(
    recorded.lines[0]?.startsWith("warning: Signing certificate 'signer': it was valid until"),
  );
});

Deno.test("planSignature leaves out trusted certificates that cannot be fetched, and warns", async () => {
  const recorded = recordedLog();
  const policy = { trusted: ["gone", "secret", "root"] };
  const certificates = source(CERTIFICATES, { secret: "permission_denied" });
  assert((await plan({ policy, certificates }, recorded))?.certificate.trusted);
  assertEquals(recorded.lines, [
    "warning: Not using trusted certificate 'gone': no 'gone'",
    "warning: Not using trusted certificate 'secret': no 'secret'",
  ]);
});

Deno.test("planSignature blames what could not be fetched when the chain has a gap", async () => {
  const policy = { trusted: ["gone", "root"] };
  const certificates = source(CERTIFICATES, { root: "temporary" });
  const error = await assertRejects(() => plan({ policy, certificates }), ToolError);
  assertEquals(error.code, "temporary");
  assert(error.message.endsWith("but not all could be fetched: no 'root'"), error.message);
  assertEquals(error.hints[0], "mend it");
  const absent = await assertRejects(() => plan({ policy: { trusted: ["gone"] } }), ToolError);
  assertEquals(absent.code, "certificate_invalid");
});

Deno.test("planSignature fails if the signer's own certificate cannot be fetched", async () => {
  const certificates = source(CERTIFICATES, { signer: "permission_denied" });
  const policy = { trusted: ["root"] };
  const error = await assertRejects(() => plan({ policy, certificates }), ToolError);
  assertEquals(error.code, "permission_denied");
});

Deno.test("planSignature ends with the signal's reason when it is aborted between certificates", async () => {
  const controller = new AbortController();
  const reason = new ToolError("interrupted", "stopped");
  const inner = source(CERTIFICATES);
  const certificates: CertificateSource = {
    get: (id, signal) => {
      if (id === "signer") return inner.get(id, signal);
      controller.abort(reason);
      return Promise.reject(new ToolError("temporary", "connection lost"));
    },
  };
  const policy = { trusted: ["root", "signer"] };
  const run = () => plan({ policy, certificates, signal: controller.signal });
  assertStrictEquals(await assertRejects(run, ToolError), reason);
});
