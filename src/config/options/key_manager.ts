/**
 * The certificate store for signed images (castellan's options).
 *
 * @module
 */
import type { OptionGroups } from "@/config/option_spec.ts";

/** Options of `[key_manager]` and `[barbican]`. */
export const KEY_MANAGER_OPTIONS = {
  key_manager: {
    backend: {
      type: "str",
      default: "barbican",
      deprecated: ["api_class"],
      help: "Key manager that holds the certificates: 'barbican', 'vault' or a Python class.",
    },
  },
  barbican: {
    barbican_endpoint: { type: "str", help: "URL of Barbican, instead of the service catalog." },
    barbican_endpoint_type: {
      type: "str",
      choices: ["public", "internal", "admin"],
      default: "public",
      help: "Interface of Barbican in the catalog.",
    },
    barbican_region_name: { type: "str", help: "Region of Barbican in the catalog." },
    verify_ssl: {
      type: "bool",
      default: "true",
      help: "Whether to verify Barbican's certificate.",
    },
    verify_ssl_path: {
      type: "str",
      help: "PEM file of the certificate authorities to trust for Barbican.",
    },
  },
} as const satisfies OptionGroups;
