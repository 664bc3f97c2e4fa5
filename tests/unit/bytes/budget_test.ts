/**
 * The costs of a transfer, in counts and not in seconds: these fail on any machine if the
 * path of the data becomes longer.
 *
 * @module
 */
import { assertEquals, assertLessOrEqual } from "@std/assert";
import { EmbeddedCeph, type Layout } from "@lab/embedded/ceph.ts";
import { dense, type ImageContent, noise, sparse } from "@lab/embedded/content.ts";
import type { RbdTransfer } from "@/sources/rbd/source.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { Hasher } from "@/bytes/hasher.ts";
import { type Segment, SEGMENT_SIZE } from "@/bytes/segment.ts";
import { sparseFile } from "@/bytes/sparse_file.ts";
import { through } from "@/bytes/stage.ts";
import { systemFiles } from "@/system/files.ts";
import { systemProcesses } from "@/system/processes.ts";
import { rbdSource } from "../../doubles/rbd_source.ts";

const MIB = 1 << 20;
const ID = "0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa";

interface Spent {
  /** Bytes through the pipe. */
  transferred: number;
  /** Data segments. */
  segments: number;
  /** Segments that are holes. */
  holes: number;
  /** Calls of write. */
  writes: number;
  /** Buffers that were made. */
  buffers: number;
}

/** Fetches an image with the stand-in `rbd` into a file, hashed by sha512. */
async function spend(
  content: ImageContent,
  layout: Layout,
  transfer: RbdTransfer = "sparse",
): Promise<Spent> {
  const directory = await Deno.makeTempDir();
  try {
    const ceph = EmbeddedCeph.create(directory);
    const url = ceph.store(ID, content, { layout });
    const spent = { transferred: 0, segments: 0, holes: 0, writes: 0, buffers: 0 };
    const buffers = new BufferPool();
    const options = {
      size: content.size,
      offset: 0,
      buffers,
      signal: new AbortController().signal,
    };
    const onTransferred = (bytes: number) => void (spent.transferred += bytes);
    const source = sourceOf(ceph, transfer, url);
    await using opened = await source.open({ ...options, onTransferred });
    using file = systemFiles.createNew(`${directory}/file`, 0o600);
    using hasher = new Hasher(["sha512"], buffers, () => {});
    const writeAt = file.writeAt.bind(file);
    file.writeAt = (data, offset) => {
      spent.writes++;
      writeAt(data, offset);
    };
    await opened.segments.pipeThrough(counting(spent)).pipeThrough(through(sparseFile(file)))
      .pipeTo(hasher.sink());
    await hasher.digests();
    return { ...spent, buffers: buffers.allocated };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function sourceOf(ceph: EmbeddedCeph, transfer: RbdTransfer, url: string) {
  const host = {
    program: ceph.program,
    clusterFor: () => ({ conf: ceph.conf, user: "nova" }),
    pools: [],
    allowForeignNames: false,
    transfer,
    concurrentOps: 10,
    connectTimeout: 5,
    requestTimeout: 30,
  };
  return rbdSource(systemProcesses, host, url, ID);
}

function counting(spent: Spent): TransformStream<Segment, Segment> {
  return new TransformStream({
    transform(segment, controller) {
      if (segment.kind === "data") spent.segments++;
      else spent.holes++;
      controller.enqueue(segment);
    },
  });
}

/** Segments of one MiB. */
const PER_MIB = MIB / SEGMENT_SIZE;

/** The first MiB comes in five segments, so that a bad image is known before there is much of it. */
const RAMP = 5 - PER_MIB;

for (const transfer of ["sparse", "plain"] as const) {
  Deno.test(`budget: 32 MiB of dense data are 67 segments, 67 writes and a few buffers (${transfer})`, async () => {
    const spent = await spend(dense(noise(32 * MIB)), "thick", transfer);
    const expected = 32 * PER_MIB + RAMP;
    assertEquals([expected, spent.segments, spent.holes, spent.writes], [
      67,
      expected,
      0,
      expected,
    ]);
    // Eight wait for the hasher, and each stage holds one.
    assertLessOrEqual(spent.buffers, 40);
  });
}

Deno.test("budget: a thin image of 1 GiB costs its data, not its size", async () => {
  const places = { 0: MIB, [300 * MIB]: MIB, [900 * MIB]: MIB };
  const spent = await spend(sparse(1024 * MIB, places), "thin");
  // Objects travel whole: three of 8 MiB, and a few bytes for each record.
  assertLessOrEqual(spent.transferred, 3 * 8 * MIB + 1024);
  assertLessOrEqual(spent.segments, 3 * 8 * PER_MIB + RAMP);
  assertLessOrEqual(spent.holes, 4);
  assertEquals(spent.writes, 3 * PER_MIB + RAMP);
});

Deno.test("budget: zeros that Glance has stored cost a record for each object", async () => {
  const spent = await spend(sparse(512 * MIB, { [8 * MIB]: MIB }), "thick");
  assertLessOrEqual(spent.transferred, 8 * MIB + 64 * 32);
  assertEquals(spent.writes, PER_MIB + RAMP);
});

Deno.test("budget: zeros that come as data are not written", async () => {
  const spent = await spend(sparse(32 * MIB, { 0: 4096, [20 * MIB]: 8192 }), "thick", "plain");
  const segments = 32 * PER_MIB + RAMP;
  assertEquals([spent.transferred, spent.segments, spent.writes], [32 * MIB, segments, 2]);
});
