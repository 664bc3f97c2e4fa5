/**
 * The certificate store for signed images (castellan's options).
 *
 * @module
 */
import { bool, type OptionGroups, str } from "@/config/option_spec.ts";

/** Options of `[key_manager]` and `[barbican]`. */
export const KEY_MANAGER_OPTIONS = {
  key_manager: {
    backend: {
      ...str(
        "Key manager that holds the certificates: 'barbican', 'vault' or a Python class.",
        "barbican",
      ),
      deprecated: ["api_class"],
    },
  },
  barbican: {
    barbican_endpoint: str("URL of Barbican, instead of the service catalog."),
    barbican_endpoint_type: {
      type: "str",
      choices: ["public", "internal", "admin"],
      default: "public",
      help: "Interface of Barbican in the catalog.",
    },
    barbican_region_name: str("Region of Barbican in the catalog."),
    verify_ssl: bool("Whether to verify Barbican's certificate.", "true"),
    verify_ssl_path: str("PEM file of the certificate authorities to trust for Barbican."),
  },
} as const satisfies OptionGroups;
