/**
 * Text of the manual page that is not generated.
 *
 * @module
 */

/** Names with their descriptions. */
export type Rows = readonly (readonly [name: string, text: string])[];

/** DESCRIPTION, one paragraph each. */
export const INTRODUCTION: readonly string[] = [
  "glance-direct puts images of OpenStack's Glance into the image cache of a compute host. It reads " +
  "them straight from Ceph where the host can reach the cluster, and from the Glance HTTP API " +
  "otherwise. A file gets its final name only when its size, its hash, its signature if one is " +
  "required, and its format are verified, all in the pass that writes it.",
  "It reads nova's own configuration, so that it needs none of its own on a host where nova-compute " +
  "works. Standard output carries the result only, as text or, with -f json, as JSON. A failure is " +
  "printed to standard error, with -f json as one object with the members type, code, exit_status, " +
  "message, hints and attempts. Treat an unknown code as a failure.",
];

/** CONFIGURATION, one paragraph each; both pages have it. */
export const CONFIGURATION: readonly string[] = [
  "Files are read as nova-compute reads them; nova ignores the group [glance_direct]. An option's " +
  "value comes from its flag, else from its environment variable, else from the file that is read " +
  "last, else it is the default. 'glance-direct config show' prints each option with its value and " +
  "where it comes from.",
];

/** TIME LIMITS, one paragraph each. */
export const TIME_LIMITS: readonly string[] = [
  "Four limits work together. --connect-timeout limits each connection to Keystone, Glance or " +
  "Barbican; for Ceph, [glance]rbd_connect_timeout does. --stall-timeout limits the time in which a " +
  "transfer delivers no byte, however long the whole transfer takes; it also applies to the " +
  "conversion to raw. Both cause a temporary failure. --retries is the number of retries of one " +
  "source after temporary failures; the waits between them grow, and the server's Retry-After is " +
  "obeyed. While another source remains, there is no retry. --timeout limits the whole run, which " +
  "then ends with exit status 75, whatever is in progress. Without it, a run may continue as long " +
  "as bytes arrive.",
  "An error caused by one of these limits names it and its value. The wait for another process that " +
  "fetches the same image is limited by [glance_direct]lock_timeout, and the wait for a hash that " +
  "Glance is still computing by [glance_direct]hash_wait.",
];

/** ENVIRONMENT. */
export const ENVIRONMENT_ITEMS: Rows = [
  ["OS_*", "The same as the --os-* flags: OS_CLOUD, OS_AUTH_URL, OS_TOKEN and so on."],
  ["OS_PASSWORD", "The password; it has no flag, which others could read."],
  ["OS_APPLICATION_CREDENTIAL_SECRET", "The secret of an application credential; no flag either."],
  ["OS_<GROUP>__<OPTION>", "An option of nova.conf, as oslo.config reads it."],
  ["GLANCE_DIRECT_<OPTION>", "An option of [glance_direct]."],
  ["GLANCE_DIRECT_BIN", "For nova's hook: the program that it runs."],
  [
    "GLANCE_DIRECT_HOOK_TIMEOUT",
    "For nova's hook: seconds after which nova uses its own download.",
  ],
  ["OS_CLIENT_CONFIG_FILE", "The clouds.yaml to read."],
  ["HOME, XDG_CONFIG_HOME", "Where to look for clouds.yaml and nova.conf."],
  ["NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM, COLUMNS", "How to write to a terminal."],
  [
    "JOURNAL_STREAM",
    "Set by systemd: if it names standard error, log records are written for the journal.",
  ],
  ["HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY", "Ignored; set [glance_direct]proxy."],
  [
    "SSL_CERT_FILE, SSL_CERT_DIR, NODE_EXTRA_CA_CERTS, DENO_CERT, DENO_TLS_CA_STORE",
    "Ignored; set [glance]cafile and those of the other groups.",
  ],
];

/** FILES. */
export const FILE_ITEMS: Rows = [
  [
    "/etc/nova/nova.conf, /etc/nova/nova-compute.conf",
    "Read without --config-file, in addition to those in ~/.nova, ~ and /etc.",
  ],
  ["/etc/nova/nova.conf.d/*.conf", "Read without --config-dir."],
  ["/etc/ceph/ceph.conf", "The cluster, unless [glance]rbd_ceph_conf is set."],
  [
    "/etc/ceph/ceph.client.USER.keyring",
    "The user's key; it must be readable for the user that runs this.",
  ],
  ["~/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml", "Clouds for --os-cloud."],
  ["/var/lib/nova/instances/_base", "nova's image cache: each file is the SHA-1 of an image's id."],
  [
    "/usr/bin/rbd, /usr/bin/qemu-img",
    "The only programs that glance-direct runs, except for these:",
  ],
  [
    "/usr/lib/glance-direct/rbd, /usr/lib/glance-direct/qemu-img",
    "Run instead if they exist and only root can change them.",
  ],
  [
    "/usr/lib/glance-direct/nova/sitecustomize.py",
    "The hook in nova-compute, written by 'hook install'.",
  ],
  [
    "/etc/systemd/system/nova-compute.service.d/glance-direct.conf",
    "Loads the hook, written by 'hook install'; for another service with --unit.",
  ],
  [
    "/usr/lib/glance-direct/site-packages/glance_direct_nova.{py,pth}",
    "The hook for a container, to be mounted into its site-packages.",
  ],
];

/** SEE ALSO: name and section. */
export const SEE_ALSO: readonly (readonly [name: string, volume: number])[] = [
  ["glance-direct", 5],
  ["rbd", 8],
  ["ceph", 8],
  ["qemu-img", 1],
  ["nova-compute", 1],
  ["openstack", 1],
  ["systemd.timer", 5],
];
