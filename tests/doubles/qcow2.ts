/**
 * Headers of qcow2 files, as far as the name of the backing file goes.
 *
 * @module
 */

/** A file that says that it is an overlay of `backing`; without one it stands alone. */
export function qcow2Overlay(backing: string | undefined): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(backing ?? "");
  const bytes = new Uint8Array(512 + name.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("QFI"));
  bytes[3] = 0xfb;
  view.setUint32(4, 3);
  if (backing !== undefined) {
    view.setBigUint64(8, 512n);
    view.setUint32(16, name.length);
    bytes.set(name, 512);
  }
  return bytes;
}
