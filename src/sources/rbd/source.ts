/**
 * Images directly from Ceph: `rbd export-diff` (only allocated data is transferred) or
 * `rbd export`, run without a shell, with an empty environment and every option in one word.
 *
 * @module
 */
import type { Child, Processes } from "@/context.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { Location } from "@/openstack/glance/image.ts";
import type { OpenOptions, SchemeHandler, Source, Transfer } from "@/sources/source.ts";
import { readRbdDiff, UnexpectedStream } from "@/sources/rbd/diff.ts";
import { rbdFailure } from "@/sources/rbd/failure.ts";
import {
  checkRbdLocation,
  parseRbdLocation,
  rbdLabel,
  type RbdLocation,
  type RbdLocationRules,
} from "@/sources/rbd/location.ts";
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import { ByteReader } from "@/bytes/byte_reader.ts";
import { type Segment, SEGMENT_SIZE } from "@/bytes/segment.ts";
import { segmentTransfer } from "@/sources/segment_transfer.ts";
import { withoutZeroTail } from "@/bytes/zero_tail.ts";

/** One Ceph cluster and the user that reads from it. */
export interface RbdCluster {
  /** Path of its ceph.conf. */
  readonly conf: string;
  /** Ceph user without `client.`. */
  readonly user: string;
}

/** How the data is transferred. */
export type RbdTransfer = "sparse" | "plain";

/** Settings of the rbd handler. */
export interface RbdOptions extends RbdLocationRules {
  /** Absolute path of `rbd`. */
  readonly program: string;
  /** The cluster with this fsid, if this host may read it. @throws {ToolError} `config_invalid`. */
  readonly clusterFor: (fsid: string) => RbdCluster | undefined;
  /** Sparse falls back to plain when the stream does not follow its format. */
  readonly transfer: RbdTransfer;
  /** Requests in flight (`rbd_concurrent_management_ops`). */
  readonly concurrentOps: number;
  /** Time limit for connecting to the monitors, in seconds. */
  readonly connectTimeout: number;
  /**
   * Time limit for each request to an OSD, in seconds; without it a lost OSD hangs `rbd` for ever.
   */
  readonly requestTimeout: number;
}

/** The handler of `rbd://` locations. */
export function rbdHandler(processes: Processes, options: RbdOptions): SchemeHandler {
  return {
    resolve(location: Location, image) {
      const parts = parseRbdLocation(location.url);
      checkRbdLocation(parts, image.id, options);
      return new RbdSource(processes, options, clusterOf(parts, options.clusterFor), parts);
    },
  };
}

/**
 * The cluster of a location.
 *
 * @throws {ToolError} `location_invalid`, if this host does not have it.
 */
export function clusterOf(
  { fsid }: RbdLocation,
  clusterFor: RbdOptions["clusterFor"],
): RbdCluster {
  const cluster = clusterFor(fsid);
  if (cluster !== undefined) return cluster;
  throw new ToolError(
    "location_invalid",
    `Cannot reach the Ceph cluster '${fsid}': no configured cluster has this fsid`,
    { hints: ["add it to [glance_direct]ceph_clusters, or check fsid in [glance]rbd_ceph_conf"] },
  );
}

class RbdSource implements Source {
  readonly kind = "rbd";
  readonly label: string;
  readonly resumable = false;
  readonly #processes: Processes;
  readonly #options: RbdOptions;
  readonly #cluster: RbdCluster;
  readonly #location: RbdLocation;
  #transfer: RbdTransfer;

  constructor(
    processes: Processes,
    options: RbdOptions,
    cluster: RbdCluster,
    location: RbdLocation,
  ) {
    this.label = rbdLabel(location);
    this.#processes = processes;
    this.#options = options;
    this.#cluster = cluster;
    this.#location = location;
    this.#transfer = options.transfer;
  }

  open(options: OpenOptions): Promise<Transfer> {
    const child = this.#processes.spawn(this.#argv(), {
      signal: options.signal,
      debianPackage: "ceph-common",
    });
    const reader = new ByteReader(child.stdout, options.onTransferred);
    const segments = withoutZeroTail(
      this.#segments(child, reader, options),
      options.size,
      this.label,
    );
    const release = async () => {
      child.kill();
      await reader.cancel();
      await child.status;
    };
    return Promise.resolve(segmentTransfer(segments, release));
  }

  /**
   * No data is valid before exit status 0: after a read error `rbd export` continues with the next
   * object.
   */
  async *#segments(
    child: Child,
    reader: ByteReader,
    { buffers, signal, size }: OpenOptions,
  ): AsyncGenerator<Segment> {
    try {
      yield* this.#transfer === "sparse"
        ? readRbdDiff(reader, buffers)
        : readPlain(reader, buffers, size);
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof UnexpectedStream)) throw error;
      // The status of a failed child explains a broken stream better than the stream does. A child
      // that still writes would never end, because nobody reads.
      if (await endsSoon(reader, buffers)) await this.#expectSuccess(child, signal);
      this.#transfer = "plain";
      throw error;
    }
    await this.#expectSuccess(child, signal);
  }

  async #expectSuccess(child: Child, signal: AbortSignal): Promise<void> {
    const status = await child.status;
    throwIfAborted(signal);
    if (status.code === 0 && status.signal === null) return;
    const { conf, user } = this.#cluster;
    throw rbdFailure(`rbd ${this.#command}`, status, child.stderrTail(), {
      conf,
      user,
      pool: this.#location.pool,
    });
  }

  get #command(): string {
    return this.#transfer === "sparse" ? "export-diff" : "export";
  }

  /**
   * Ceph's parser accepts `--option=value` anywhere in argv, even as the value of another option;
   * only a value in the same word as its option is safe.
   */
  #argv(): readonly string[] {
    const { program, concurrentOps, connectTimeout, requestTimeout } = this.#options;
    const { pool, image, snapshot } = this.#location;
    return [
      program,
      this.#command,
      "--no-progress",
      `--conf=${this.#cluster.conf}`,
      `--id=${this.#cluster.user}`,
      `--pool=${pool}`,
      `--image=${image}`,
      `--snap=${snapshot}`,
      "--path=-",
      `--rbd_concurrent_management_ops=${concurrentOps}`,
      `--client_mount_timeout=${connectTimeout}`,
      `--rados_mon_op_timeout=${connectTimeout}`,
      `--rados_osd_op_timeout=${requestTimeout}`,
    ];
  }
}

/** Whether at most one segment is left in the stream; removes it. */
async function endsSoon(reader: ByteReader, pool: BufferPool): Promise<boolean> {
  const { buffer, length } = await reader.read(pool.take(), SEGMENT_SIZE);
  pool.give(buffer);
  return length < SEGMENT_SIZE;
}

/**
 * The data after the last byte of the image is requested separately: if another process holds the
 * stream open, a request that waits for its end would lose the segment read so far.
 */
async function* readPlain(
  reader: ByteReader,
  pool: BufferPool,
  size: number,
): AsyncGenerator<Segment> {
  for (let left = size;;) {
    const bytes = await reader.segment(pool, left > 0 ? left : SEGMENT_SIZE);
    if (bytes.length === 0) return;
    left -= bytes.length;
    yield { kind: "data", bytes };
  }
}
