/**
 * The files that bring glance-direct into nova-compute: a Python module, and what has Python load it. In a
 * systemd service that is a drop-in that puts the module on `PYTHONPATH`, in a venv or a container a
 * `.pth` file beside the module. Each begins with a digest of the rest, so any later version can tell an
 * own file from a changed one; a `.pth` is one line, and known by it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import sitecustomize from "./sitecustomize.py" with { type: "text" };

/** Where the Python module lies on the compute host, for `PYTHONPATH`. */
export const HOOK_DIRECTORY = "/usr/lib/glance-direct/nova";

/** The Python module. */
export const HOOK_MODULE = `${HOOK_DIRECTORY}/sitecustomize.py`;

/** Where the package has the two files for site-packages, to be mounted into a container. */
export const SHIPPED_DIRECTORY = "/usr/lib/glance-direct/site-packages";

/**
 * The module's name in site-packages. `sitecustomize` would not do there: Debian and Ubuntu ship one of
 * their own, which stands before it on `sys.path`.
 */
export const SITE_MODULE = "glance_direct_nova.py";

/** Has Python import the module at its start (module `site` of Python's library). */
export const SITE_PTH = "glance_direct_nova.pth";

/** All of {@linkcode SITE_PTH}. */
const PTH_TEXT = "import glance_direct_nova\n";

/** Where drop-ins of units are made. */
export const UNIT_DIRECTORY = "/etc/systemd/system";

/** The systemd service that runs nova-compute, as Debian and Ubuntu name it, without `.service`. */
export const HOOK_UNIT = "nova-compute";

/** The hook's drop-in of a service. */
export function dropInOf(unit: string): string {
  return `${UNIT_DIRECTORY}/${unit}.service.d/glance-direct.conf`;
}

/** The drop-in of {@linkcode HOOK_UNIT}. */
export const HOOK_DROP_IN: string = dropInOf(HOOK_UNIT);

/**
 * Puts the hook on Python's path. While nova-compute finishes its builds, the programs that it waits for
 * (rbd, qemu-img) must go on as well, so a stop is told to nova-compute alone.
 */
const DROP_IN = `[Service]
Environment="PYTHONPATH=${HOOK_DIRECTORY}"
KillMode=mixed
`;

/** One file of the hook. */
export interface HookFile {
  /** Absolute path on the compute host. */
  readonly path: string;
  /** All of its text. */
  readonly text: string;
}

/**
 * The files of the hook in a systemd service.
 *
 * @param unit The service, without `.service`.
 */
export function unitFiles(unit: string): readonly HookFile[] {
  return [
    { path: HOOK_MODULE, text: sealed(sitecustomize) },
    { path: dropInOf(unit), text: sealed(DROP_IN) },
  ];
}

/**
 * The files of the hook in a Python's site-packages. The module comes first: a `.pth` without it would
 * have every Python complain.
 *
 * @param directory Absolute path of site-packages.
 */
export function siteFiles(directory: string): readonly HookFile[] {
  return [
    { path: join(directory, SITE_MODULE), text: sealed(sitecustomize) },
    { path: join(directory, SITE_PTH), text: PTH_TEXT },
  ];
}

const SEAL = /^# Written by "glance-direct hook install"; sha256 of the rest: ([0-9a-f]{64})\n/;

/** Whether a text was written here, though it may have been changed since. */
export function hasSeal(text: string): boolean {
  return SEAL.test(text);
}

/** Whether a text was written here, by whatever version, and not changed since. */
export function isSealed(text: string): boolean {
  const seal = SEAL.exec(text);
  return text === PTH_TEXT || seal !== null && seal[1] === sha256(text.slice(seal[0].length));
}

function sealed(text: string): string {
  return `# Written by "glance-direct hook install"; sha256 of the rest: ${sha256(text)}\n${text}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
