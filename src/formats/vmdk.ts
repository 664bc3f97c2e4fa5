/**
 * VMDK (VMware "Virtual Disk Format 5.0") with the disk in one file: a sparse extent with an
 * embedded descriptor. A separate descriptor is recognized only to reject it, because it refers to
 * other files.
 *
 * @module
 */
import { hasText, latin1 } from "@/formats/fields.ts";
import {
  findings,
  type Format,
  type Head,
  HEAD_SIZE,
  type Inspect,
  type Reading,
} from "@/formats/format.ts";
import { DESCRIPTOR_MAX_SIZE, TYPE_KEY } from "@/formats/vmdk_descriptor.ts";
import { inspectSparse, SPARSE_MAGIC } from "@/formats/vmdk_sparse.ts";

/** oslo.utils treats shorter texts as raw. */
const MIN_TEXT = 64;
const WINDOW = 64 * 1024;

/** VMDK. */
export const vmdk: Format = {
  name: "vmdk",
  recognise(head) {
    if (hasText(head.bytes, SPARSE_MAGIC)) return () => inspectSparse(head.bytes);
    if (hasText(head.bytes, "COWD")) {
      return refuse("is of version 3 (COWD), which nova never accepts");
    }
    if (startsAsQemuExpects(head)) return refuse(NO_DISK);
    return isText(head) ? searchType(latin1(head.bytes.subarray(0, head.length))) : undefined;
  },
};

const NO_DISK = "is a descriptor without a disk: it refers to other files";

function refuse(reference: string): Inspect {
  return () => findings({ disk: null, references: [reference] });
}

/** `vmdk_probe` of qemu: comments and blank lines, then the version. */
function startsAsQemuExpects(head: Head): boolean {
  return /^(?:#[^\n]*\n| +\r?\n)*version=[123]\r?\n/.test(latin1(head.bytes));
}

/** `VMDKInspector.post_process` of oslo.utils: the whole head is printable ASCII or white space. */
function isText({ bytes, length }: Head): boolean {
  return length >= MIN_TEXT &&
    bytes.subarray(0, length).every((byte) =>
      byte >= 0x09 && byte <= 0x0d || byte >= 0x1c && byte <= 0x7e
    );
}

/** Looks for the type in the text up to its first NUL, as far as qemu; oslo.utils reads less. */
function* searchType(start: string): Reading<Inspect | undefined> {
  let text = start;
  let offset = HEAD_SIZE;
  while (true) {
    const end = text.indexOf("\0");
    const searched = end < 0 ? text : text.slice(0, end);
    if (searched.toLowerCase().includes(TYPE_KEY)) {
      return () => findings({ disk: null, problems: [NO_DISK] });
    }
    const length = Math.min(WINDOW, DESCRIPTOR_MAX_SIZE - offset);
    if (end >= 0 || length === 0) return undefined;
    const more = yield { offset, length };
    if (more.length === 0) return undefined;
    text = text.slice(1 - TYPE_KEY.length) + latin1(more);
    offset += length;
  }
}
