/**
 * What the manual page says that no table knows.
 *
 * @module
 */

/** Names, and what is told of each. */
export type Rows = readonly (readonly [name: string, text: string])[];

/** DESCRIPTION, a paragraph each. */
export const INTRODUCTION: readonly string[] = [
  "glance-direct puts images of OpenStack's Glance into the image cache of a compute host. It reads " +
  "them straight from Ceph where the host can reach the cluster, and from the Glance HTTP API " +
  "otherwise. A file gets its final name only when its size, its hash, its signature where one is " +
  "asked for, and its format are verified, all in the pass that writes it.",
  "It reads nova's own configuration, so that it needs none of its own on a host where nova-compute " +
  "works. Standard output carries the result only, as text or, with -f json, as JSON. A failure is " +
  "told on standard error, with -f json as one object with the members type, code, exit_status, " +
  "message and hints. Count a code that you do not know as a failure.",
];

/** ENVIRONMENT. */
export const ENVIRONMENT_ITEMS: Rows = [
  ["OS_*", "Twins of the --os-* flags: OS_CLOUD, OS_AUTH_URL, OS_TOKEN and so on."],
  ["OS_PASSWORD", "The password; it has no flag, which others could read."],
  ["OS_APPLICATION_CREDENTIAL_SECRET", "The secret of an application credential; no flag either."],
  ["OS_<GROUP>__<OPTION>", "An option of nova.conf, as oslo.config reads it."],
  ["GLANCE_DIRECT_<OPTION>", "An option of [glance_direct]."],
  ["GLANCE_DIRECT_BIN", "For nova's hook: the program that it runs."],
  ["GLANCE_DIRECT_HOOK_TIMEOUT", "For nova's hook: seconds after which nova downloads itself."],
  ["OS_CLIENT_CONFIG_FILE", "The clouds.yaml to read."],
  ["HOME, XDG_CONFIG_HOME", "Where clouds.yaml and nova.conf may lie."],
  ["NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM, COLUMNS", "How to write to a terminal."],
  [
    "JOURNAL_STREAM",
    "Set by systemd: where it names standard error, log records are written for the journal.",
  ],
  ["HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY", "Ignored; set [glance_direct]proxy."],
];

/** FILES. */
export const FILE_ITEMS: Rows = [
  [
    "/etc/nova/nova.conf, /etc/nova/nova-compute.conf",
    "Read where no --config-file is given, beside those in ~/.nova, ~ and /etc.",
  ],
  ["/etc/nova/nova.conf.d/*.conf", "Read where no --config-dir is given."],
  ["/etc/ceph/ceph.conf", "The cluster, where [glance]rbd_ceph_conf names no other."],
  [
    "/etc/ceph/ceph.client.USER.keyring",
    "The user's key; it must be readable by whoever runs this.",
  ],
  ["~/.config/openstack/clouds.yaml, /etc/openstack/clouds.yaml", "Clouds for --os-cloud."],
  ["/var/lib/nova/instances/_base", "nova's image cache: each file is the SHA-1 of an image's id."],
  ["/usr/bin/rbd, /usr/bin/qemu-img", "The only programs that are ever run."],
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
    "The hook as it goes into the site-packages of a container, mounted there.",
  ],
];

/** SEE ALSO: name and section. */
export const SEE_ALSO: readonly (readonly [name: string, volume: number])[] = [
  ["rbd", 8],
  ["ceph", 8],
  ["qemu-img", 1],
  ["nova-compute", 1],
  ["openstack", 1],
  ["systemd.timer", 5],
];
