/**
 * Images for the comparison with nova and qemu-img: made by qemu-img, and by hand what it cannot
 * make.
 *
 * @module
 */
import {
  be,
  bochs,
  bytesWith,
  cloop,
  DESCRIPTOR,
  footedVmdk,
  guid,
  iso,
  latin1Bytes,
  le,
  luks,
  LUKS_PAYLOAD,
  mbr,
  partition,
  patched,
  PROTECTIVE,
  qcow2,
  text,
  vhdx,
  VHDX_METADATA,
  vmdk,
} from "../unit/formats/samples.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const NONE = 0xffff_ffff_ffff_ffffn;

/** What `qemu-img create` is asked for: name, format and options. */
const CREATED: readonly (readonly [string, string, string])[] = [
  ["raw", "raw", ""],
  ["qcow2", "qcow2", ""],
  ["qcow2 v2", "qcow2", "compat=0.10"],
  ["qcow2 with clusters of 512 bytes", "qcow2", "cluster_size=512"],
  ["qcow2 with clusters of 2 MiB", "qcow2", "cluster_size=2M"],
  ["qcow2 with lazy refcounts", "qcow2", "lazy_refcounts=on"],
  ["qcow2 with extended L2", "qcow2", "extended_l2=on"],
  ["qcow2 with zstd", "qcow2", "compression_type=zstd"],
  ["qcow2 with refcounts of 1 bit", "qcow2", "refcount_bits=1"],
  ["qcow2 with metadata", "qcow2", "preallocation=metadata"],
  ["qcow2 with a data file", "qcow2", "data_file=other.raw"],
  ["qcow2 with a raw data file", "qcow2", "data_file=other.raw,data_file_raw=on"],
  ["qcow2 with a backing file", "qcow2", "backing_file=base.raw,backing_fmt=raw"],
  ["qcow2 v2 with a backing file", "qcow2", "compat=0.10,backing_file=base.raw,backing_fmt=raw"],
  ["qcow2 encrypted", "qcow2", "encrypt.format=aes,encrypt.key-secret=key"],
  ["qcow", "qcow", ""],
  ["qcow with a backing file", "qcow", "backing_file=base.raw,backing_fmt=raw"],
  ["qed", "qed", ""],
  ["qed with a backing file", "qed", "backing_file=base.raw,backing_fmt=raw"],
  ["vmdk", "vmdk", ""],
  ["vmdk with zeroed grains", "vmdk", "zeroed_grain=on"],
  ["vmdk for version 6", "vmdk", "compat6=on"],
  ["vmdk on lsilogic", "vmdk", "adapter_type=lsilogic"],
  ["vmdk stream-optimized", "vmdk", "subformat=streamOptimized"],
  ["vmdk flat", "vmdk", "subformat=monolithicFlat"],
  ["vmdk split", "vmdk", "subformat=twoGbMaxExtentSparse"],
  ["vmdk split flat", "vmdk", "subformat=twoGbMaxExtentFlat"],
  ["vmdk with a backing file", "vmdk", "backing_file=base.vmdk,backing_fmt=vmdk"],
  ["vhd", "vpc", ""],
  ["vhd of an exact size", "vpc", "force_size=on"],
  ["vhd fixed", "vpc", "subformat=fixed"],
  ["vhdx", "vhdx", "block_size=1M"],
  ["vhdx fixed", "vhdx", "block_size=1M,subformat=fixed"],
  ["vdi", "vdi", ""],
  ["vdi static", "vdi", "static=on"],
  ["parallels", "parallels", ""],
];

/** A GPT disk whose first sectors are a boot loader, as on a hybrid ISO. */
const BOOT = mbr(PROTECTIVE).subarray(0, 512);

/** Pieces put into what qemu-img made, by the name of that. */
const CHANGED:
  readonly (readonly [string, string, Readonly<Record<number, Uint8Array | string>>])[] = [
    ["qcow2 of version 4", "qcow2", { 4: be(4, 4) }],
    ["qcow2 of version 0", "qcow2", { 4: be(4, 0) }],
    ["qcow2 with feature 5", "qcow2", { 72: be(8, 32) }],
    ["qcow2 with feature 63", "qcow2", { 72: be(8, 1n << 63n) }],
    ["qcow2 marked dirty", "qcow2", { 72: be(8, 1) }],
    ["qcow2 marked corrupt", "qcow2", { 72: be(8, 2) }],
    ["qcow2 with clusters of 128 bytes", "qcow2", { 20: be(4, 7) }],
    ["qcow2 with clusters of 4 MiB", "qcow2", { 20: be(4, 22) }],
    ["qcow2 of 16 EiB", "qcow2", { 24: be(8, NONE) }],
    ["qcow2 with an unknown cipher", "qcow2", { 32: be(4, 9) }],
    ["qcow2 v2 with a header extension", "qcow2 v2", { 72: be(4, 0x1234), 76: be(4, 5) }],
    ["qcow2 and ISO", "qcow2", { [32 * KIB]: "\x01CD001" }],
    ["qcow2 and MBR", "qcow2", { 446: partition(0x83), 510: "\x55\xaa" }],
    ["qed with the wrong magic", "qed", { 0: "QED\x01" }],
    ["vhd differencing", "vhd", { 60: be(4, 4) }],
    ["vhd of no type", "vhd", { 60: be(4, 9) }],
    ["vdi with a link", "vdi", { 424: "a link" }],
    ["vdi with a parent", "vdi", { 440: "parent" }],
    ["vdi of type 4", "vdi", { 76: le(4, 4) }],
    ["vhdx with another signature", "vhdx", { 0: "vhdxdisk" }],
    ["vhdx without region table", "vhdx", { [192 * KIB]: "none" }],
    ["parallels extended", "parallels", { 0: "WithouFreSpacExt" }],
    ["parallels of version 3", "parallels", { 16: le(4, 3) }],
  ];

const MADE: Readonly<Record<string, Uint8Array>> = {
  "empty": new Uint8Array(),
  "zeros": new Uint8Array(64 * KIB),
  "noise": crypto.getRandomValues(new Uint8Array(64 * KIB)),

  "qcow2 of version 1": qcow2({ 4: be(4, 1), 32: "\x10\x09\0\0\0\0\0\0" }),

  "vmdk of version 0": vmdk(DESCRIPTOR, { 4: le(4, 0) }),
  "vmdk of version 4": vmdk(DESCRIPTOR, { 4: le(4, 4) }),
  "vmdk with its descriptor elsewhere": vmdk(DESCRIPTOR, { 28: le(8, 2) }),
  "vmdk without descriptor": vmdk("", { 36: le(8, 0) }),
  "vmdk with an empty descriptor": vmdk(""),
  "vmdk with a descriptor beyond its end": vmdk(DESCRIPTOR, { 36: le(8, 4000) }),
  "vmdk with a huge descriptor": vmdk(DESCRIPTOR, { 36: le(8, NONE) }),
  "vmdk without end of descriptor": vmdk(DESCRIPTOR.padEnd(512, "\n"), { 36: le(8, 1) }),
  "vmdk with a parent behind its descriptor": vmdk(
    `${DESCRIPTOR.padEnd(512, "\n")}parentFileNameHint="/etc/passwd"\n`,
    { 36: le(8, 1) },
  ),
  "vmdk with a parent and its descriptor elsewhere": vmdk(
    `${DESCRIPTOR}parentFileNameHint="/etc/passwd"\n`,
    { 28: le(8, 2) },
  ),
  "vmdk without capacity": vmdk(DESCRIPTOR, { 12: le(8, 0) }),
  "vmdk of 8 ZiB": vmdk(DESCRIPTOR, { 12: le(8, NONE) }),
  "vmdk of another type": vmdk(DESCRIPTOR.replace("monolithicSparse", "monolithicFlat")),
  "vmdk without type": vmdk(DESCRIPTOR.replace("createType", "type")),
  "vmdk with a long type": vmdk(DESCRIPTOR.replace("monolithicSparse", "x".repeat(80))),
  "vmdk of a type in capitals": vmdk(
    DESCRIPTOR.replace('createType="monolithicSparse"', 'CREATETYPE="MONOLITHICSPARSE"'),
  ),
  "vmdk with two types": vmdk(`createType="monolithicFlat"\n${DESCRIPTOR}`),
  "vmdk with a path": vmdk(DESCRIPTOR.replace("disk.vmdk", "/etc/passwd")),
  "vmdk without extents": vmdk(DESCRIPTOR.replace("RW 20480", "# RW 20480")),
  "vmdk with an odd line": vmdk(`${DESCRIPTOR}something else\n`),
  "vmdk with a parent": vmdk(`${DESCRIPTOR}parentFileNameHint="/etc/passwd"\n`),
  "vmdk with a parent in a comment": vmdk(`${DESCRIPTOR}# parentFileNameHint="/etc/passwd"\n`),
  "vmdk with other letters": vmdk(`${DESCRIPTOR}# \xfc\n`),
  "vmdk and ISO": patched(vmdk(), { [32 * KIB]: "\x01CD001" }),
  "vmdk with footer": footedVmdk(),
  "vmdk with a bad footer marker": footedVmdk({ 12: le(4, 2) }),
  "vmdk with a filled footer marker": footedVmdk({ 100: "x" }),
  "vmdk with a footer of another version": footedVmdk({ 516: le(4, 2) }),
  "vmdk with a footer of another magic": footedVmdk({ 512: "VMDK" }),
  "vmdk with a footer of another descriptor": footedVmdk({ 548: le(8, 19) }),
  "vmdk with a footer to a footer": footedVmdk({ 568: le(8, NONE) }),
  "vmdk with a bad end": footedVmdk({ 1024: le(8, 1) }),
  "vmdk with a filled end": footedVmdk({ 1500: "x" }),
  "vmdk 3": bytesWith(64 * KIB, { 0: "COWD", 4: le(4, 1) }),
  "vmdk descriptor": latin1Bytes(DESCRIPTOR),
  "vmdk descriptor for qemu": latin1Bytes(
    'version=1\ncreateType="vmfs"\nRW 64 VMFS "base.raw"\n',
  ),
  "vmdk descriptor with blank lines": latin1Bytes(
    '# one\n  \r\nversion=3\r\ncreateType="monolithicFlat"\nRW 64 FLAT "base.raw" 0\n',
  ),
  "text": text(64 * KIB, 0, ""),
  "text with a type": text(64 * KIB, 2000, 'createType="monolithicFlat"'),
  "text with a type after a NUL": text(64 * KIB, 2000, '\0createType="monolithicFlat"'),
  "text with a type far on": text(256 * KIB, 200_000, 'createType="monolithicFlat"'),
  "text with other letters": text(64 * KIB, 2000, "\xfc"),
  "short text with a type": latin1Bytes('createType="monolithicFlat"\n'),

  "vhdx with a parent": vhdx({ [VHDX_METADATA + 64 * KIB + 4]: le(4, 2) }),
  "vhdx with a log": vhdx({ [128 * KIB + 48]: guid("12345678-1234-1234-1234-123456789abc") }),
  "vhdx without metadata region": vhdx({ [192 * KIB + 48]: new Uint8Array(16) }),
  "vhdx with too many regions": vhdx({ [192 * KIB + 8]: le(4, 2048) }),
  "vhdx without metadata": vhdx({ [VHDX_METADATA]: "nothing!" }),
  "vhdx without size": vhdx({ [VHDX_METADATA + 64]: new Uint8Array(16) }),
  "vhdx with unaligned metadata": vhdx({ [192 * KIB + 64]: le(8, VHDX_METADATA + 512) }),
  "vhdx with metadata in its header": vhdx({ [192 * KIB + 64]: le(8, 64 * KIB) }),
  "vhdx with metadata beyond its end": vhdx({ [192 * KIB + 64]: le(8, 1n << 40n) }),

  "iso": iso(),
  "iso of no primary descriptor": iso({ [32 * KIB]: "\x02" }),
  "udf": iso({ [32 * KIB]: "\x00NSR02" }),
  "udf 3": iso({ [32 * KIB]: "\x00NSR03" }),
  "iso with BEA01": iso({ [32 * KIB]: "\x00BEA01" }),
  "iso that boots": iso({ 0: BOOT }),
  "iso with a bad MBR": iso({ 510: "\x55\xaa" }),
  "iso, MBR and qcow2": iso({ 0: qcow2().subarray(0, 400), 446: BOOT.subarray(446) }),

  "mbr": mbr(partition(0x83, { boot: 0x80 })),
  "mbr with four partitions": mbr(...[1, 2, 3, 4].map((type) => partition(type))),
  "mbr without partitions": mbr(),
  "mbr with a bad boot flag": mbr(partition(0x83, { boot: 1 })),
  "gpt": mbr(PROTECTIVE),
  "gpt with another partition": mbr(PROTECTIVE, partition(0x83)),
  "gpt in the second entry": mbr(partition(0), PROTECTIVE),
  "gpt that starts elsewhere": mbr(partition(0xee, { start: 2, chs: [0, 2, 0] })),
  "gpt with odd CHS": mbr(partition(0xee, { start: 1, chs: [0, 1, 0] })),
  "fat": patched(mbr(), { 16: "\x02", 21: "\xf8" }),
  "kernel": patched(mbr(partition(0x83, { boot: 0xea })), { 514: "HdrS" }),

  "luks": luks(),
  "luks of version 2": luks({ 6: be(2, 2) }),
  "luks without disk": luks().slice(0, LUKS_PAYLOAD),
  "luks with its disk in the header": luks({ 104: be(4, 1) }),

  "bochs": bochs(),
  "bochs version 1": bochs({ 64: le(4, 0x00010000), 84: le(8, 10 * MIB), 88: le(8, 0) }),
  "bochs undoable": bochs({ 48: "Undoable" }),
  "cloop": cloop(),
};

/** One image of the corpus. */
export interface Sample {
  /** What it is, unique. */
  readonly name: string;
  /** All of it. */
  readonly bytes: Uint8Array;
}

/** Makes the corpus. @param directory Scratch; afterwards it also has what some images refer to. */
export async function makeCorpus(directory: string): Promise<readonly Sample[]> {
  await Deno.writeFile(`${directory}/base.raw`, new Uint8Array(MIB));
  await Deno.writeFile(`${directory}/other.raw`, new Uint8Array(MIB));
  await qemuImg(directory, ["create", "-q", "-f", "vmdk", "base.vmdk", "1M"]);
  const created: Sample[] = [];
  for (const [name, format, options] of CREATED) {
    created.push({ name, bytes: await create(directory, format, options) });
  }
  const changed = CHANGED.map(([name, from, pieces]) => {
    const base = created.find((sample) => sample.name === from)?.bytes ?? new Uint8Array();
    return { name, bytes: patched(base, pieces) };
  });
  return [
    ...created,
    ...changed,
    ...Object.entries(MADE).map(([name, bytes]) => ({ name, bytes })),
  ];
}

async function create(directory: string, format: string, options: string): Promise<Uint8Array> {
  const file = "created";
  const secret = ["--object", "secret,id=key,data=secret"];
  const wanted = options === "" ? [] : ["-o", options];
  await qemuImg(directory, ["create", "-q", ...secret, "-f", format, ...wanted, file, "1M"]);
  const bytes = await Deno.readFile(`${directory}/${file}`);
  await Deno.remove(`${directory}/${file}`);
  return bytes;
}

async function qemuImg(cwd: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("qemu-img", { args: [...args], cwd }).output();
  if (!success) throw new Error(`qemu-img ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
