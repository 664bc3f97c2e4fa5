/**
 * Recovers Deno's runtime from an executable made by `deno compile`. Such a file is the runtime's
 * ELF, a payload, and 16 bytes of trailer; without the last two it is the runtime again. This
 * provides the runtime on a network that cannot reach Deno's download site.
 *
 * @module
 */
const TRAILER_LENGTH = 16;
const TRAILER_MAGIC = 0x501e;

/** Where an ELF-64 file ends: after its section header table, the last thing a linker writes. */
function elfEnd(view: DataView): number {
  if (view.byteLength < 64 || view.getUint32(0) !== 0x7f454c46 || view.getUint8(4) !== 2) {
    throw new Error("Cannot recover the runtime: the file is not a 64-bit ELF");
  }
  const sectionTable = Number(view.getBigUint64(40, true));
  return sectionTable + view.getUint16(58, true) * view.getUint16(60, true);
}

/** Length of payload and trailer together, from the trailer. */
function payloadLength(view: DataView): number {
  const trailer = view.byteLength - TRAILER_LENGTH;
  if (trailer < 0 || view.getUint32(trailer, true) !== TRAILER_MAGIC) {
    throw new Error("Cannot recover the runtime: the file does not end as 'deno compile' ends one");
  }
  return Number(view.getBigUint64(trailer + 8, true));
}

/**
 * The runtime inside a compiled executable.
 *
 * @param executable The whole file: `[ELF][payload][magic u32][name hash u32][length u64]`, little
 * endian, where the length counts payload and trailer.
 * @throws {Error} If the trailer is different, or the rest does not end where its ELF header says.
 */
export function recoverRuntime(executable: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(executable.buffer, executable.byteOffset, executable.byteLength);
  const length = view.byteLength - payloadLength(view);
  const end = elfEnd(view);
  if (length !== end) {
    throw new Error(`Cannot recover the runtime: ${length} bytes are left, its ELF ends at ${end}`);
  }
  return executable.subarray(0, length);
}
