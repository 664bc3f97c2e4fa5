/**
 * How nova reaches Glance (nova/conf/glance.py, with keystoneauth's session and adapter options).
 *
 * @module
 */
import { TLS_LIMITS } from "@/config/options/tls_limits.ts";
import type { OptionGroups } from "@/config/option_spec.ts";

/** Options of `[glance]`. */
export const GLANCE_OPTIONS = {
  glance: {
    api_servers: { type: "list", help: "URLs of Glance, instead of the service catalog." },
    num_retries: {
      type: "int",
      min: 0,
      default: "3",
      help: "Retries of a request to Glance.",
    },
    verify_glance_signatures: {
      type: "bool",
      default: "false",
      help: "Whether every image must carry a valid signature.",
    },
    enable_certificate_validation: {
      type: "bool",
      default: "false",
      help: "Whether signing certificates must chain to a trusted certificate.",
    },
    default_trusted_certificate_ids: {
      type: "list",
      default: "",
      help: "Ids of the trusted certificates if a request names none.",
    },
    enable_rbd_download: {
      type: "bool",
      default: "false",
      help: "Whether images are read from Ceph directly (nova 22.0.0 and later).",
    },
    allowed_direct_url_schemes: {
      type: "list",
      default: "",
      help: "Location schemes read directly; 'rbd' turns the direct path on (before nova 23.0.0).",
    },
    rbd_user: {
      type: "str",
      default: "",
      help: "Ceph user that reads images; empty falls back to '[libvirt]rbd_user'.",
    },
    rbd_connect_timeout: { type: "int", default: "5", help: "Seconds to wait for Ceph." },
    rbd_pool: {
      type: "str",
      default: "",
      help: "Pools that images may be read from, separated by commas; empty allows all.",
    },
    rbd_ceph_conf: {
      type: "str",
      default: "",
      help: "ceph.conf; empty falls back to '[libvirt]images_rbd_ceph_conf'.",
    },
    cafile: {
      type: "str",
      deprecated: ["ssl.ca_file"],
      help: "PEM file of the certificate authorities to trust for Glance.",
    },
    certfile: {
      type: "str",
      deprecated: ["ssl.cert_file"],
      help: "PEM file of the client certificate.",
    },
    keyfile: {
      type: "str",
      deprecated: ["ssl.key_file"],
      help: "PEM file of the client certificate's key.",
    },
    insecure: {
      type: "bool",
      default: "false",
      deprecated: ["glance.api_insecure"],
      help: "Whether to skip verifying Glance's certificate.",
    },
    timeout: {
      type: "float",
      help: "Seconds to wait for a connection to Glance and for each read.",
    },
    service_type: { type: "str", default: "image", help: "Glance's service type in the catalog." },
    service_name: { type: "str", help: "Glance's name in the catalog." },
    valid_interfaces: {
      type: "list",
      default: "internal,public",
      help: "Interfaces of Glance in the catalog, best first.",
    },
    region_name: { type: "str", help: "Region of Glance in the catalog." },
    endpoint_override: { type: "str", help: "URL of Glance, instead of the service catalog." },
    retriable_status_codes: {
      type: "list",
      help: "HTTP statuses of Glance to retry in addition to the usual ones.",
    },
    ...TLS_LIMITS,
  },
} as const satisfies OptionGroups;
