/**
 * Parsers of locations, of what rbd says, and of images.
 *
 * @module
 */
import { FILE_POLICY } from "../unit/formats/policy.ts";
import { backingFileOf } from "@/cache/backing_file.ts";
import { ToolError } from "@/errors.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import { readRbdDiff } from "@/sources/rbd/diff.ts";
import { rbdFailure } from "@/sources/rbd/failure.ts";
import { acceptedRbdPlace } from "@/sources/rbd/location.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { ByteReader } from "@/bytes/byte_reader.ts";
import * as images from "../unit/formats/samples.ts";
import { bytesOf, ID, type Parser, textOf } from "./parser.ts";
import * as samples from "./samples.ts";

/** Where the headers of most formats are. */
const headOf = (image: Uint8Array) => textOf(image.subarray(0, 8192));

/** Where ISO and VHDX keep what the rules look at: an input is these pieces, without what is between. */
const FAR: readonly (readonly [start: number, length: number])[] = [
  [0, 512],
  [32 * 1024, 2048],
  [192 * 1024, 512],
  [images.VHDX_METADATA, 512],
  [images.VHDX_METADATA + 64 * 1024, Infinity],
];

const piecesOf = (image: Uint8Array) =>
  FAR.map(([start, length]) => textOf(image.subarray(start, start + Math.min(length, 512)))).join(
    "",
  );

function inspect(feed: (inspector: FormatInspector) => void): void {
  for (const declared of ["raw", "qcow2", "vmdk", "vhdx", "iso", null]) {
    const inspector = new FormatInspector({ ...FILE_POLICY, declared, size: null, deep: true });
    feed(inspector);
    try {
      inspector.finish();
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }
}

/** Puts the pieces of an input where they belong, with holes between. */
function feedFar(inspector: FormatInspector, bytes: Uint8Array): void {
  let [position, used] = [0, 0];
  for (const [start, length] of FAR) {
    if (used === bytes.length) return;
    const piece = bytes.subarray(used, used + length);
    inspector.feedZeros(start - position);
    inspector.feed(piece);
    position = start + piece.length;
    used += piece.length;
  }
}

const diskFile = (bytes: Uint8Array) => ({
  readAt(buffer: Uint8Array, offset: number) {
    const part = bytes.subarray(offset, offset + buffer.length);
    buffer.set(part);
    return part.length;
  },
});

async function drained(segments: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of segments);
}

/** Those of what a transfer meets. */
export const DATA_PARSERS: readonly Parser[] = [
  {
    name: "rbd URL",
    parse: (url) => {
      const clusterFor = () => ({ conf: "/etc/ceph/ceph.conf", user: "nova" });
      const rules = { pools: ["images"], allowForeignNames: false, clusterFor };
      return acceptedRbdPlace(url, ID, rules);
    },
    samples: [`rbd://5e1ab0de-1ab0-4c3f-8d4e-0123456789ab/images/${ID}/snap`],
    words: [
      "rbd://",
      "RBD:",
      "/",
      "//",
      "@",
      "--id=admin",
      "%2f",
      "%40",
      "?",
      "#",
      "file:///etc/passwd",
    ],
  },
  {
    name: "rbd diff v1",
    parse: (text) =>
      drained(readRbdDiff(new ByteReader(new Blob([bytesOf(text)]).stream()), new BufferPool())),
    samples: samples.DIFFS,
    words: ["rbd diff v1\n", "t", "f", "s", "w", "z", "e", "\xff".repeat(8), "\0".repeat(8)],
    binary: true,
  },
  {
    name: "image formats",
    parse: (text) => inspect((inspector) => inspector.feed(bytesOf(text))),
    samples: [images.qcow2(), images.qed(), images.vdi(), images.bochs(), images.cloop()]
      .concat([images.parallels(), images.vmdk(), images.mbr(images.PROTECTIVE)])
      .map(headOf),
    words: ["QFI\xfb", "QED\0", "KDMV", "COWD", "conectix", "vhdxfile", "LUKS\xba\xbe", "\x55\xaa"],
    binary: true,
  },
  {
    name: "image formats, what lies far on",
    parse: (text) => inspect((inspector) => feedFar(inspector, bytesOf(text))),
    samples: [images.iso(), images.vhdx(), images.luks(), images.vhd()]
      .concat([images.iso({ 0: images.mbr(images.PROTECTIVE).subarray(0, 512) })]).map(piecesOf),
    words: ["vhdxfile", "regi", "metadata", "\x01CD001", "NSR02", "\xff".repeat(8), "\x55\xaa"],
    binary: true,
  },
  {
    name: "backing file of a disk",
    parse: (text) => backingFileOf(diskFile(bytesOf(text))),
    samples: [images.qcow2(), images.qed()].map(headOf),
    words: ["QFI\xfb", "json:{", "nbd://", "\xff".repeat(8)],
    binary: true,
  },
  {
    name: "last words of rbd",
    parse: (text) => {
      const [code = "", ...lines] = text.split("|");
      const status = { code: Number(code) | 0, success: false, signal: null };
      const caller = { user: "nova", conf: "/etc/ceph/ceph.conf", pool: "images" };
      const error = rbdFailure("rbd export-diff", status, lines.join("|"), caller);
      if (/[\r\n]/.test(error.message)) throw new Error("a message has one line");
    },
    samples: [
      "2|rbd: error opening image x: (2) No such file or directory",
      "1|2026-11-25T12:00:00.000+0000 7f0 -1 global_init: unable to open config file\nrbd: x",
    ],
    words: ["|", "\n", "\r", "rbd: ", "keyring", "2026-11-25T12:00:00.000+0000 7f0 -1 "],
  },
];
