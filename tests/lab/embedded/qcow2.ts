/**
 * Makes qcow2 images without qemu-img (QEMU, docs/interop/qcow2.txt, version 3).
 *
 * @module
 */
import { type ImageContent, read } from "./content.ts";

const CLUSTER = 1 << 16;

/** Bit 63 of table entries: the cluster has exactly one user. */
const COPIED = 1n << 63n;

/** Clusters by number: header, refcount table, refcount block, L1 table, L2 table, then the data. */
const FIRST_DATA = 5;

/** One L2 table and one refcount block of 64 KiB clusters reach this far. */
const LARGEST = 512 << 20;

/** A qcow2 image of a disk of at most 512 MiB; holes of whole 64 KiB clusters stay holes. */
export function qcow2(disk: ImageContent): ImageContent {
  if (disk.size > LARGEST) throw new RangeError("One L2 table is all that is made here");
  const clusters = usedClusters(disk);
  const bytes = new Uint8Array((FIRST_DATA + clusters.length) * CLUSTER);
  writeHeader(new DataView(bytes.buffer), disk.size);
  writeTables(new DataView(bytes.buffer), clusters);
  for (const [index, cluster] of clusters.entries()) {
    const offset = cluster * CLUSTER;
    const data = read(disk, offset, Math.min(CLUSTER, disk.size - offset));
    bytes.set(data, (FIRST_DATA + index) * CLUSTER);
  }
  return { size: bytes.length, extents: [{ offset: 0, bytes }] };
}

function usedClusters({ extents }: ImageContent): readonly number[] {
  const used = new Set<number>();
  for (const { offset, bytes } of extents) {
    const last = Math.floor((offset + bytes.length - 1) / CLUSTER);
    for (let cluster = Math.floor(offset / CLUSTER); cluster <= last; cluster++) used.add(cluster);
  }
  return [...used].sort((a, b) => a - b);
}

function writeHeader(view: DataView, size: number): void {
  view.setUint32(0, 0x514649fb); // "QFI\xfb"
  view.setUint32(4, 3);
  view.setUint32(20, 16); // bits of a cluster
  view.setBigUint64(24, BigInt(size));
  view.setUint32(36, 1); // entries of the L1 table
  view.setBigUint64(40, BigInt(3 * CLUSTER));
  view.setBigUint64(48, BigInt(CLUSTER));
  view.setUint32(56, 1); // clusters of the refcount table
  view.setUint32(96, 4); // refcounts of 2^4 bits
  view.setUint32(100, 104); // length of this header; zeros after it end the extensions
}

function writeTables(view: DataView, clusters: readonly number[]): void {
  view.setBigUint64(CLUSTER, BigInt(2 * CLUSTER));
  view.setBigUint64(3 * CLUSTER, BigInt(4 * CLUSTER) | COPIED);
  for (let cluster = 0; cluster < FIRST_DATA + clusters.length; cluster++) {
    view.setUint16(2 * CLUSTER + cluster * 2, 1);
  }
  for (const [index, cluster] of clusters.entries()) {
    const target = BigInt((FIRST_DATA + index) * CLUSTER) | COPIED;
    view.setBigUint64(4 * CLUSTER + cluster * 8, target);
  }
}
