/**
 * The files that add glance-direct to nova-compute: a Python module, and a file that makes Python
 * load it. For a systemd service that is a drop-in that adds the module to `PYTHONPATH`; in a venv
 * or a container it is a `.pth` file next to the module. Each begins with a digest of the rest, so
 * that any later version can distinguish its own file from a modified one; a `.pth` is one line,
 * and recognized by it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import sitecustomize from "./sitecustomize.py" with { type: "text" };

/** Directory of the Python module on the compute host, for `PYTHONPATH`. */
export const HOOK_DIRECTORY = "/usr/lib/glance-direct/nova";

/** The Python module. */
export const HOOK_MODULE = `${HOOK_DIRECTORY}/sitecustomize.py`;

/** Directory of the package with the two files for site-packages, to mount into a container. */
export const SHIPPED_DIRECTORY = "/usr/lib/glance-direct/site-packages";

/**
 * The module's name in site-packages. `sitecustomize` would not work there: Debian and Ubuntu ship
 * their own, which precedes it on `sys.path`.
 */
export const SITE_MODULE = "glance_direct_nova.py";

/** Makes Python import the module when it starts (module `site` of Python's library). */
export const SITE_PTH = "glance_direct_nova.pth";

/** The whole {@linkcode SITE_PTH}. */
const PTH_TEXT = "import glance_direct_nova\n";

/** The directory of drop-ins. */
export const UNIT_DIRECTORY = "/etc/systemd/system";

/** The systemd service of nova-compute in Debian and Ubuntu, without `.service`. */
export const HOOK_UNIT = "nova-compute";

/** The hook's drop-in of a service. */
export function dropInOf(unit: string): string {
  return `${UNIT_DIRECTORY}/${unit}.service.d/glance-direct.conf`;
}

/** The drop-in of {@linkcode HOOK_UNIT}. */
export const HOOK_DROP_IN: string = dropInOf(HOOK_UNIT);

/**
 * Adds the hook to Python's path. While nova-compute finishes its builds, the programs that it
 * waits for (rbd, qemu-img) must continue as well, so a stop only signals nova-compute itself.
 */
const DROP_IN = `[Service]
Environment="PYTHONPATH=${HOOK_DIRECTORY}"
KillMode=mixed
`;

/** One file of the hook: its absolute path on the compute host, and its whole text. */
export type HookFile = { readonly path: string; readonly text: string };

/** The files of the hook in a systemd service. @param unit The service, without `.service`. */
export function unitFiles(unit: string): readonly HookFile[] {
  return [
    { path: HOOK_MODULE, text: sealed(sitecustomize) },
    { path: dropInOf(unit), text: sealed(DROP_IN) },
  ];
}

/**
 * The files of the hook in a Python's site-packages. The module comes first: with a `.pth` but no
 * module, every Python start would print an error.
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

/** Whether this program wrote a text, possibly modified since. */
export function hasSeal(text: string): boolean {
  return SEAL.test(text);
}

/** Whether any version of this program wrote a text, not modified since. */
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
