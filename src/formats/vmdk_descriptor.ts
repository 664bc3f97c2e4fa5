/**
 * The text inside a sparse VMDK. The rules are those of `VMDKInspector.check_descriptor` in oslo.utils
 * (CVE-2022-47951), and `vmdk_parent_open` of qemu.
 *
 * @module
 */
import { latin1 } from "@/formats/fields.ts";
import { holding } from "@/formats/format.ts";

/** Maximum bytes of a descriptor that qemu and oslo.utils read. */
export const DESCRIPTOR_MAX_SIZE = (1 << 20) - 1;

/** Number of bytes that qemu searches for a parent, independent of the descriptor's size. */
export const PARENT_SEARCH_SIZE = 20 * 512;

/** The text before the type, in lower case. */
export const TYPE_KEY = 'createtype="';

/** The kinds of VMDK with the whole disk in the file itself, in lower case. */
const WHOLE_TYPES: readonly string[] = ["monolithicsparse", "streamoptimized"];

const ACCESS_MODES = ["rw", "rdonly", "noaccess"];

/** Whether qemu would find a parent in these bytes: the word counts anywhere, even in a comment. */
export function namesParent(bytes: Uint8Array): boolean {
  return textOf(bytes).toLowerCase().includes("parentfilenamehint");
}

/** Problems of a descriptor, as predicates. */
export function checkDescriptor(bytes: Uint8Array): readonly string[] {
  const text = textOf(bytes);
  const type = typeOf(text);
  const lines = text.toLowerCase().split("\n").map((line) => line.trim());
  const extents = lines.filter(isExtent);
  const foreign = lines.find((line) => !isKnown(line));
  return holding([
    [!WHOLE_TYPES.includes(type.toLowerCase()), `says it is of type '${shown(type)}'`],
    [/[^\0-\x7f]/.test(text), "has a descriptor that is not ASCII"],
    [foreign !== undefined, `has the unknown descriptor line '${shown(foreign ?? "")}'`],
    [extents.some((line) => line.includes("/")), "has an extent with a path"],
    [extents.length === 0, "has a descriptor without extents"],
  ]);
}

/** Everything after the first NUL is padding. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return latin1(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Text from an image may be shown on a terminal: short, and only printable ASCII. */
function shown(text: string): string {
  return text.slice(0, 40).replaceAll(/[^ -~]/g, "?");
}

/** Only the first one counts, whatever its value; empty without one. */
function typeOf(text: string): string {
  const at = text.toLowerCase().indexOf(TYPE_KEY);
  return at < 0 ? "" : text.slice(at + TYPE_KEY.length).split('"', 1)[0] ?? "";
}

function isExtent(line: string): boolean {
  return !isSetting(line) && ACCESS_MODES.includes(line.split(" ")[0] ?? "");
}

/** One word, then `=`; a disk database line may have more words. */
function isSetting(line: string): boolean {
  return line.startsWith("ddb") || /^[^\s=]*=/.test(line);
}

function isKnown(line: string): boolean {
  return line === "" || line.startsWith("#") || isSetting(line) || isExtent(line);
}
