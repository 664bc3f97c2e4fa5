/**
 * When an image must be signed, and by whom: nova's decision (nova/image/glance.py, `_get_verifier`).
 *
 * @module
 */
import type { Config } from "@/config/config.ts";

/** What is asked of an image's signature. */
export interface SignaturePolicy {
  /** Whether the image must be signed. */
  readonly required: boolean;
  /** Ids of the certificates that the signer's chain is built from; empty means no chain is built. */
  readonly trusted: readonly string[];
  /** Whether a signature without a chain is refused. */
  readonly chainRequired: boolean;
}

/** What decides about signatures. */
export interface SignaturePolicyOptions {
  /** nova's configuration. */
  readonly config: Pick<Config, "get">;
  /** Trusted ids of this call (`--trusted-cert`, the instance's); they replace the configured ones. */
  readonly trustedCerts: readonly string[];
}

/**
 * Decides as nova does: trusted certificates of the call ask for a verified signature even when both
 * options are off, and `enable_certificate_validation` alone asks for none.
 */
export function signaturePolicy({ config, trustedCerts }: SignaturePolicyOptions): SignaturePolicy {
  const chainRequired = config.get("glance.enable_certificate_validation");
  const configured = chainRequired ? config.get("glance.default_trusted_certificate_ids") : [];
  const trusted = trustedCerts.length > 0 ? trustedCerts : configured;
  const required = trusted.length > 0 || config.get("glance.verify_glance_signatures");
  return { required, trusted, chainRequired };
}
