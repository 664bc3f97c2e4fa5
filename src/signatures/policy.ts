/**
 * When an image must be signed, and by whom: nova's decision (nova/image/glance.py,
 * `_get_verifier`), and the resulting plan, which is made before any byte is downloaded.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Clock, Log } from "@/context.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { CertificateSource } from "@/signatures/certificate_source.ts";
import { type NamedCertificate, outsideDates, verifyChain } from "@/signatures/chain.ts";
import { type SignaturePlan, signaturePlan } from "@/signatures/signature.ts";
import { isSigned, readSignatureProperties } from "@/signatures/properties.ts";

/** The requirements for an image's signature. */
export interface SignaturePolicy {
  /** Whether the image must be signed. */
  readonly required: boolean;
  /** Ids of the certificates of the signer's chain; empty means that no chain is built. */
  readonly trusted: readonly string[];
  /** Whether a signature without a chain is refused. */
  readonly chainRequired: boolean;
}

/**
 * Decides like nova: trusted certificates of the call require a verified signature even if both
 * options are off, and `enable_certificate_validation` alone requires none.
 *
 * @param trustedCerts Trusted ids of this call (`--trusted-cert`, the instance's); they replace the
 * configured ones.
 */
export function signaturePolicy(
  config: Pick<Config, "get">,
  trustedCerts: readonly string[],
): SignaturePolicy {
  const chainRequired = config.get("glance.enable_certificate_validation");
  const configured = chainRequired ? config.get("glance.default_trusted_certificate_ids") : [];
  const trusted = trustedCerts.length > 0 ? trustedCerts : configured;
  const required = trusted.length > 0 || config.get("glance.verify_glance_signatures");
  return { required, trusted, chainRequired };
}

/** What {@linkcode planSignature} needs. */
export interface SignatureOptions {
  /** The image. */
  readonly image: Pick<ImageRecord, "id" | "properties">;
  /** The requirements. */
  readonly policy: SignaturePolicy;
  /** Where to find certificates. */
  readonly certificates: CertificateSource;
  /** Time, for the validity of certificates. */
  readonly clock: Pick<Clock, "now">;
  /** Receives warnings about weak algorithms and ignored trusted certificates. */
  readonly log: Log;
  /** Ends the requests for certificates. */
  readonly signal: AbortSignal;
}

/**
 * Makes the plan to verify the image's data.
 *
 * @returns The plan, or `null` if the policy requires no signature.
 * @throws {ToolError} `signature_missing`, `signature_invalid` or `certificate_invalid`, if the
 * image cannot satisfy the policy; else the error of fetching a certificate.
 */
export async function planSignature(options: SignatureOptions): Promise<SignaturePlan | null> {
  const { image, policy, log } = options;
  if (!policy.required) {
    if (isSigned(image)) log("debug", `Not verifying the signature of image '${image.id}'`);
    return null;
  }
  const properties = readSignatureProperties(image);
  const id = properties.certificateId;
  const certificate = await options.certificates.get(id, options.signal);
  const hasList = policy.trusted.length > 0;
  const plan = signaturePlan(image.id, properties, certificate, hasList);
  if (hasList) await verifyTrust({ id, certificate }, options);
  else if (policy.chainRequired) throw noneTrusted(id);
  else warnIfOutdated({ id, certificate }, options);
  return plan;
}

async function verifyTrust(signer: NamedCertificate, options: SignatureOptions): Promise<void> {
  const { trusted, failure } = await fetchTrusted(options);
  try {
    verifyChain({ signer, trusted, now: options.clock.now(), log: options.log });
  } catch (error) {
    // A certificate that could not be fetched may be the missing link: then report that error
    // instead.
    throw failure === undefined || !(error instanceof ToolError) ? error : combined(error, failure);
  }
}

/**
 * One after the other: a list is short, and Barbican is shared by every host of the cloud.
 *
 * @returns Also why one of them could not be fetched, except that it does not exist.
 */
async function fetchTrusted(options: SignatureOptions) {
  const { policy, certificates, log, signal } = options;
  const trusted: NamedCertificate[] = [];
  let failure: ToolError | undefined;
  for (const id of policy.trusted) {
    try {
      trusted.push({ id, certificate: await certificates.get(id, signal) });
    } catch (caught) {
      const error = expectedFailure(caught, signal);
      log("warning", `Not using trusted certificate '${id}': ${error.message}`);
      if (error.code !== "certificate_invalid") failure ??= error;
    }
  }
  return { trusted, failure };
}

function combined(verdict: ToolError, failure: ToolError): ToolError {
  const { code, hints, retryAfter } = failure;
  const message = `${verdict.message}, but not all could be fetched: ${failure.message}`;
  return new ToolError(code, message, {
    hints: [...hints, ...verdict.hints],
    cause: failure,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Nova's `CertificateValidationFailed` for a missing list. */
function noneTrusted(id: string): ToolError {
  return new ToolError(
    "certificate_invalid",
    `Cannot trust signing certificate '${id}': [glance]enable_certificate_validation is set, but no certificate is trusted`,
    {
      hints: [
        "set [glance]default_trusted_certificate_ids in nova.conf, or give --trusted-cert ID",
      ],
    },
  );
}

/** Without a chain, nova does not check the dates of a certificate. */
function warnIfOutdated({ id, certificate }: NamedCertificate, options: SignatureOptions): void {
  const outdated = outsideDates(certificate, options.clock.now());
  if (outdated !== null) options.log("warning", `Signing certificate '${id}': ${outdated}`);
}
