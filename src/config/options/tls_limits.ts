/**
 * keystoneauth's options that restrict TLS (5.17 and later).
 *
 * @module
 */
import { type Options, str } from "@/config/option_spec.ts";

/** Options of every group with a session. */
export const TLS_LIMITS = {
  tls_min_version: {
    type: "str",
    choices: ["1.2", "1.3"],
    help: "Minimum TLS version (keystoneauth 5.17); '1.3' cannot be enforced and causes a warning.",
  },
  tls_ciphers: str("TLS ciphers (keystoneauth 5.17); they have no effect, and cause a warning."),
} as const satisfies Options;
