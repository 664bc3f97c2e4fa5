/**
 * Disk images made by hand, field by field: the smallest that have the fields of a rule. The peer
 * test shows them to nova and to qemu-img, too.
 *
 * @module
 */

/** A piece of an image: bytes, or text of one byte a character. */
type Piece = Uint8Array | string;

/** Zeros of a length with pieces put in, each at its offset. */
export function bytesWith(length: number, pieces: Readonly<Record<number, Piece>>): Uint8Array {
  return patched(new Uint8Array(length), pieces);
}

/** An image with pieces put in, each at its offset. */
export function patched(image: Uint8Array, pieces: Readonly<Record<number, Piece>>): Uint8Array {
  const copy = image.slice();
  for (const [offset, piece] of Object.entries(pieces)) {
    copy.set(typeof piece === "string" ? latin1Bytes(piece) : piece, Number(offset));
  }
  return copy;
}

/** Text as bytes, one a character. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** An integer in `size` bytes, most significant first. */
export function be(size: number, value: number | bigint): Uint8Array {
  return le(size, value).reverse();
}

/** An integer in `size` bytes, least significant first. */
export function le(size: number, value: number | bigint): Uint8Array {
  return Uint8Array.from(
    { length: size },
    (_, at) => Number(BigInt(value) >> BigInt(8 * at) & 255n),
  );
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** A qcow2 of 64 KiB: version 3, clusters of 64 KiB, a disk of 10 MiB. */
export function qcow2(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  return bytesWith(64 * KIB, {
    0: "QFI\xfb",
    4: be(4, 3),
    20: be(4, 16),
    24: be(8, 10 * MIB),
    100: be(4, 104),
    ...pieces,
  });
}

/** What a sparse VMDK says of itself. */
export const DESCRIPTOR = [
  "# Disk DescriptorFile",
  "version=1",
  "CID=fffffffe",
  "parentCID=ffffffff",
  'createType="monolithicSparse"',
  "",
  'RW 20480 SPARSE "disk.vmdk"',
  "#DDB",
  'ddb.adapterType = "ide"',
  "",
].join("\n");

/** A sparse VMDK: descriptor of 20 sectors at sector 1, a disk of 10 MiB. */
export function vmdk(
  descriptor = DESCRIPTOR,
  header: Readonly<Record<number, Piece>> = {},
): Uint8Array {
  return bytesWith(64 * KIB, {
    0: "KDMV",
    4: le(4, 1),
    12: le(8, 20480),
    20: le(8, 128),
    28: le(8, 1),
    36: le(8, 20),
    44: le(4, 512),
    56: le(8, 26),
    64: le(8, 128),
    512: descriptor,
    ...header,
  });
}

/** A stream-optimized VMDK whose footer is changed by pieces: 0 its marker, 512 itself, 1024 the end. */
export function footedVmdk(footer: Readonly<Record<number, Piece>> = {}): Uint8Array {
  const header = { 56: le(8, 0xffff_ffff_ffff_ffffn), 77: le(2, 1) };
  const image = vmdk(DESCRIPTOR.replace("monolithicSparse", "streamOptimized"), header);
  const end = bytesWith(1536, { 12: le(4, 3) });
  end.set(patched(image.subarray(0, 512), { 56: le(8, 26) }), 512);
  return bytesWith(image.length + 1536, { 0: image, [image.length]: patched(end, footer) });
}

/** A GUID as it stands in a VHDX. */
export function guid(text: string): Uint8Array {
  const [a = "", b = "", c = "", ...rest] = text.split("-");
  const number = (hex: string) => le(hex.length / 2, BigInt(`0x${hex}`));
  const tail = rest.join("");
  return Uint8Array.from([
    ...number(a),
    ...number(b),
    ...number(c),
    ...be(tail.length / 2, BigInt(`0x${tail}`)),
  ]);
}

/** Where the metadata region of {@linkcode vhdx} starts. */
export const VHDX_METADATA = 2 * MIB;

/** A VHDX with its metadata at 2 MiB and a disk of 10 MiB. */
export function vhdx(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  return bytesWith(VHDX_METADATA + 128 * KIB, {
    0: "vhdxfile",
    [64 * KIB]: "head",
    [64 * KIB + 8]: le(8, 7),
    [128 * KIB]: "head",
    [128 * KIB + 8]: le(8, 8),
    [192 * KIB]: "regi",
    [192 * KIB + 8]: le(4, 2),
    [192 * KIB + 16]: guid("2dc27766-f623-4200-9d64-115e9bfd4a08"),
    [192 * KIB + 32]: le(8, MIB),
    [192 * KIB + 48]: guid("8b7ca206-4790-4b9a-b8fe-575f050f886e"),
    [192 * KIB + 64]: le(8, VHDX_METADATA),
    [VHDX_METADATA]: "metadata",
    [VHDX_METADATA + 10]: le(2, 2),
    [VHDX_METADATA + 32]: guid("caa16737-fa36-4d43-b3b6-33f0aa44e76b"),
    [VHDX_METADATA + 48]: le(4, 64 * KIB),
    [VHDX_METADATA + 52]: le(4, 8),
    [VHDX_METADATA + 64]: guid("2fa54224-cd1b-4876-b211-5dbed83bf4b8"),
    [VHDX_METADATA + 80]: le(4, 64 * KIB + 8),
    [VHDX_METADATA + 84]: le(4, 8),
    [VHDX_METADATA + 64 * KIB + 8]: le(8, 10 * MIB),
    ...pieces,
  });
}

/** A dynamic VHD with a disk of 10 MiB; its checksum is right unless it is one of the pieces. */
export function vhd(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  const image = uncheckedVhd(pieces);
  const sum = image.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  return 64 in pieces ? image : patched(image, { 64: be(4, ~sum >>> 0) });
}

function uncheckedVhd(pieces: Readonly<Record<number, Piece>>): Uint8Array {
  return bytesWith(4096, {
    0: "conectix",
    16: be(8, 512),
    40: be(8, 10 * MIB),
    60: be(4, 3),
    512: "cxsparse",
    540: be(4, 5),
    ...pieces,
  });
}

/** A dynamic VDI with a disk of 10 MiB. */
export function vdi(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  return bytesWith(4096, {
    64: le(4, 0xbeda107f),
    76: le(4, 1),
    368: le(8, 10 * MIB),
    ...pieces,
  });
}

/** Where the encrypted disk of {@linkcode luks} starts. */
export const LUKS_PAYLOAD = 2 * MIB;

/** A LUKS 1 header without keys, and 4 KiB of encrypted disk. */
export function luks(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  const slots = Array.from({ length: 8 }, (_, slot) => [
    [208 + 48 * slot, be(4, 0xdead)],
    [248 + 48 * slot, be(4, 8 + 504 * slot)],
    [252 + 48 * slot, be(4, 4000)],
  ]).flat();
  return bytesWith(LUKS_PAYLOAD + 4 * KIB, {
    0: "LUKS\xba\xbe",
    6: be(2, 1),
    8: "aes",
    40: "xts-plain64",
    72: "sha256",
    104: be(4, LUKS_PAYLOAD / 512),
    108: be(4, 64),
    164: be(4, 1000),
    168: "12345678-1234-1234-1234-123456789abc",
    ...Object.fromEntries(slots),
    ...pieces,
  });
}

/** An ISO 9660 of 20 sectors. */
export function iso(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  return bytesWith(40 * KIB, {
    [32 * KIB]: "\x01CD001\x01",
    [32 * KIB + 80]: le(4, 20),
    [32 * KIB + 128]: le(2, 2048),
    ...pieces,
  });
}

/** An entry of a partition table. */
export function partition(
  type: number,
  { boot = 0, start = 2048, chs = [0, 0, 0] }: {
    readonly boot?: number;
    readonly start?: number;
    readonly chs?: readonly number[];
  } = {},
): Uint8Array {
  return Uint8Array.from([boot, ...chs, type, 0, 0, 0, ...le(4, start), ...le(4, 100)]);
}

/** The protective entry of a GPT. */
export const PROTECTIVE: Uint8Array = partition(0xee, { start: 1, chs: [0, 2, 0] });

/** A disk of 64 KiB with up to four partitions. */
export function mbr(...entries: readonly Uint8Array[]): Uint8Array {
  const table = Object.fromEntries(entries.map((entry, index) => [446 + 16 * index, entry]));
  return bytesWith(64 * KIB, { ...table, 510: "\x55\xaa" });
}

/** A Bochs image of 10 MiB, version 2. */
export function bochs(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  return bytesWith(4096, {
    0: "Bochs Virtual HD Image",
    32: "Redolog",
    48: "Growing",
    64: le(4, 0x00020000),
    68: le(4, 512),
    72: le(4, 1),
    76: le(4, 512),
    80: le(4, 65536),
    88: le(8, 10 * MIB),
    ...pieces,
  });
}

/** A Parallels image of 10 MiB. */
export function parallels(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  return bytesWith(64 * KIB, {
    0: "WithoutFreeSpace",
    16: le(4, 2),
    28: le(4, 63),
    32: le(4, 400),
    36: le(8, 20480),
    ...pieces,
  });
}

/** A cloop image of 4 blocks of 64 KiB. */
export function cloop(): Uint8Array {
  return bytesWith(4096, {
    0: "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n",
    128: be(4, 65536),
    132: be(4, 4),
  });
}

/** A QED of 10 MiB. */
export function qed(pieces: Readonly<Record<number, Piece>> = {}): Uint8Array {
  return bytesWith(64 * KIB, {
    0: "QED\0",
    4: le(4, 65536),
    8: le(4, 4),
    12: le(4, 1),
    40: le(8, 65536),
    48: le(8, 10 * MIB),
    ...pieces,
  });
}

/** A text of a length with a piece of text in it. */
export function text(length: number, offset: number, piece: string): Uint8Array {
  const line = "a line of text that means nothing at all\n";
  const filler = line.repeat(Math.ceil(length / line.length)).slice(0, length);
  return latin1Bytes(filler.slice(0, offset) + piece + filler.slice(offset + piece.length));
}
