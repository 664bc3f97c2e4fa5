/**
 * The permissions of the released program: the one list for the compiler's flags, the tests and the
 * README's table. A compiled binary keeps them for ever, and no flag of the user can extend them.
 *
 * @module
 */

/** A program that the binary may run: by absolute path, so that `PATH` cannot redirect it. */
export interface GrantedProgram {
  /** The build flag that sets another path. */
  readonly flag: "rbd" | "rbd-place" | "qemu-img" | "qemu-img-place";
  /** The constant in the source with its path. */
  readonly constant: string;
  /** Its path on Debian, Ubuntu and the RPM distributions, or the operator's own path for it. */
  readonly path: string;
}

/** Every program that may be run. */
export const PROGRAMS: readonly GrantedProgram[] = [
  { flag: "rbd", constant: "RBD_PROGRAM", path: "/usr/bin/rbd" },
  { flag: "rbd-place", constant: "RBD_PLACE", path: "/usr/lib/glance-direct/rbd" },
  { flag: "qemu-img", constant: "QEMU_IMG_PROGRAM", path: "/usr/bin/qemu-img" },
  { flag: "qemu-img-place", constant: "QEMU_IMG_PLACE", path: "/usr/lib/glance-direct/qemu-img" },
];

/** The environment variables that may be read, by purpose. A trailing `*` matches any ending. */
export const ENVIRONMENT = {
  "configuration and credentials": ["GLANCE_DIRECT_*", "OS_*"],
  "where clouds.yaml may lie": ["HOME", "XDG_CONFIG_HOME"],
  "how to write to the terminal or the journal": [
    "CLICOLOR_FORCE",
    "COLUMNS",
    "FORCE_COLOR",
    "JOURNAL_STREAM",
    "NO_COLOR",
    "TERM",
  ],
  "to be deleted at the start: Deno would send requests, tokens included, to such a proxy": [
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
  ],
  "to be deleted at the start: Deno would trust what they name beside the configured authorities": [
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
  ],
  "looked at by the YAML parser, which stops when it may not": ["LOG_STREAM", "LOG_TOKENS"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Permissions for system information. */
export const SYSTEM: readonly string[] = ["hostname", "statfs", "uid"];

/**
 * The flags of `deno compile`. Files and network are not restricted here because their limits come
 * from the configuration; the transfer's worker gets exact lists at run time.
 *
 * @param programs Absolute paths of the programs that may be run.
 */
export function permissionFlags(programs: readonly string[]): readonly string[] {
  return [
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    "--allow-net",
    `--allow-env=${Object.values(ENVIRONMENT).flat().join(",")}`,
    `--allow-sys=${SYSTEM.join(",")}`,
    ...(programs.length > 0 ? [`--allow-run=${programs.join(",")}`] : []),
    "--deny-ffi",
    "--deny-import",
  ];
}
