/**
 * keystoneauth's options that restrict TLS (5.17 and later).
 *
 * @module
 */
import type { Options } from "@/config/option_spec.ts";

/** Options of every group with a session. */
export const TLS_LIMITS = {
  tls_min_version: {
    type: "str",
    choices: ["1.2", "1.3"],
    help: "Least version of TLS (keystoneauth 5.17); '1.3' cannot be held to here, and is told.",
  },
  tls_ciphers: {
    type: "str",
    help: "Ciphers of TLS (keystoneauth 5.17); they cannot be chosen here, and that is told.",
  },
} as const satisfies Options;
