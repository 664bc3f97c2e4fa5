/**
 * The files that bring glance-direct into nova-compute: a Python module and the systemd drop-in that
 * puts it on `PYTHONPATH`. Each is sealed: its first line carries a digest of the rest, so any later
 * version can tell an own file from a changed one.
 *
 * @module
 */
import { createHash } from "node:crypto";
import sitecustomize from "./sitecustomize.py" with { type: "text" };

/** Where the Python module lies on the compute host, for `PYTHONPATH`. */
export const HOOK_DIRECTORY = "/usr/lib/glance-direct/nova";

/** The Python module. */
export const HOOK_MODULE = `${HOOK_DIRECTORY}/sitecustomize.py`;

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

/** One file of the hook. */
export interface HookFile {
  /** Absolute path on the compute host. */
  readonly path: string;
  /** All of its text. */
  readonly text: string;
}

/**
 * The files of the hook.
 *
 * @param pythonPath What the unit has on `PYTHONPATH` otherwise; kept, after the hook's directory.
 * @param unit The service, without `.service`. @default {HOOK_UNIT}
 */
export function hookFiles(
  pythonPath: string | undefined,
  unit: string = HOOK_UNIT,
): readonly HookFile[] {
  const value = [HOOK_DIRECTORY, ...pythonPath ? [pythonPath] : []].join(":");
  const dropIn = `[Service]\nEnvironment=${quoted(`PYTHONPATH=${value}`)}\n`;
  return [
    { path: HOOK_MODULE, text: sealed(sitecustomize) },
    { path: dropInOf(unit), text: sealed(dropIn) },
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
  return seal !== null && seal[1] === sha256(text.slice(seal[0].length));
}

function sealed(text: string): string {
  return `# Written by "glance-direct hook install"; sha256 of the rest: ${sha256(text)}\n${text}`;
}

/** One word of a systemd setting (systemd.syntax(7), "Quoting"); specifiers stay what they are. */
function quoted(word: string): string {
  return `"${word.replaceAll(/["\\]/g, "\\$&")}"`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
