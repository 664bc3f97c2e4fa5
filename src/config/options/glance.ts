/**
 * How nova reaches Glance (nova/conf/glance.py, with keystoneauth's session and adapter options).
 *
 * @module
 */
import { TLS_LIMITS } from "@/config/options/tls_limits.ts";
import { bool, float, int, list, type OptionGroups, str } from "@/config/option_spec.ts";

/** Options of `[glance]`. */
export const GLANCE_OPTIONS = {
  glance: {
    api_servers: list("URLs of Glance, instead of the service catalog."),
    num_retries: { ...int("Retries of a request to Glance.", "3"), min: 0 },
    verify_glance_signatures: bool("Whether every image must carry a valid signature.", "false"),
    enable_certificate_validation: bool(
      "Whether signing certificates must chain to a trusted certificate.",
      "false",
    ),
    default_trusted_certificate_ids: list(
      "Ids of the trusted certificates if a request names none.",
      "",
    ),
    enable_rbd_download: bool(
      "Whether images are read from Ceph directly (nova 22.0.0 and later).",
      "false",
    ),
    allowed_direct_url_schemes: list(
      "Location schemes read directly; 'rbd' turns the direct path on (before nova 23.0.0).",
      "",
    ),
    rbd_user: str("Ceph user that reads images; empty falls back to '[libvirt]rbd_user'.", ""),
    rbd_connect_timeout: int("Seconds to wait for Ceph.", "5"),
    rbd_pool: str("Pools that images may be read from, separated by commas; empty allows all.", ""),
    rbd_ceph_conf: str("ceph.conf; empty falls back to '[libvirt]images_rbd_ceph_conf'.", ""),
    cafile: {
      ...str("PEM file of the certificate authorities to trust for Glance."),
      deprecated: ["ssl.ca_file"],
    },
    certfile: { ...str("PEM file of the client certificate."), deprecated: ["ssl.cert_file"] },
    keyfile: { ...str("PEM file of the client certificate's key."), deprecated: ["ssl.key_file"] },
    insecure: {
      ...bool("Whether to skip verifying Glance's certificate.", "false"),
      deprecated: ["glance.api_insecure"],
    },
    timeout: float("Seconds to wait for a connection to Glance and for each read."),
    service_type: str("Glance's service type in the catalog.", "image"),
    service_name: str("Glance's name in the catalog."),
    valid_interfaces: list("Interfaces of Glance in the catalog, best first.", "internal,public"),
    region_name: str("Region of Glance in the catalog."),
    endpoint_override: str("URL of Glance, instead of the service catalog."),
    retriable_status_codes: list("HTTP statuses of Glance to retry in addition to the usual ones."),
    ...TLS_LIMITS,
  },
} as const satisfies OptionGroups;
