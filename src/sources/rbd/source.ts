/**
 * Images directly from Ceph: `rbd export-diff` (only allocated data is transferred) or
 * `rbd export`, run without a shell, with an empty environment and every option in one word.
 *
 * @module
 */
import type { Child, Processes } from "@/context.ts";
import { type OpenOptions, segmentTransfer, type Source, type Transfer } from "@/sources/source.ts";
import { readRbdDiff, UnexpectedStream } from "@/sources/rbd/diff.ts";
import { rbdFailure } from "@/sources/rbd/failure.ts";
import { RBD_PACKAGES } from "@/sources/rbd/program.ts";
import { rbdLabel, type RbdPlace } from "@/sources/rbd/location.ts";
import type { BufferPool } from "@/bytes/buffer_pool.ts";
import { ByteReader } from "@/bytes/byte_reader.ts";
import { type Segment, SEGMENT_SIZE } from "@/bytes/segment.ts";
import { withoutZeroTail } from "@/bytes/zero_tail.ts";

/** How the data is transferred. */
export type RbdTransfer = "sparse" | "plain";

/** How rbd is run. Plain data. */
export interface RbdOptions {
  /** Absolute path of `rbd`. */
  readonly program: string;
  /** Sparse falls back to plain when the stream does not follow its format. */
  readonly transfer: RbdTransfer;
  /** Requests in flight (`rbd_concurrent_management_ops`). */
  readonly concurrentOps: number;
  /** Time limit for connecting to the monitors, in seconds. */
  readonly connectTimeout: number;
  /** Time limit for each request to an OSD, in seconds; without it a lost OSD hangs `rbd`. */
  readonly requestTimeout: number;
}

/** What a source is read with: how, and where. Plain data. */
export type RbdSettings = RbdOptions & RbdPlace;

/** An image in Ceph. */
export class RbdSource implements Source {
  readonly kind = "rbd";
  readonly label: string;
  readonly resumable = false;
  readonly #processes: Processes;
  readonly #settings: RbdSettings;
  #transfer: RbdTransfer;

  /** Nothing runs yet. @param settings Of a location that the host accepts. */
  constructor(processes: Processes, settings: RbdSettings) {
    this.label = rbdLabel(settings);
    this.#processes = processes;
    this.#settings = settings;
    this.#transfer = settings.transfer;
  }

  /** Starts `rbd`. */
  open(options: OpenOptions): Promise<Transfer> {
    const child = this.#processes.spawn(this.#argv(options.size), {
      signal: options.signal,
      packages: RBD_PACKAGES,
    });
    const reader = new ByteReader(child.stdout, options.onTransferred);
    const all = this.#segments(child, reader, options);
    const segments = withoutZeroTail(all, options.size, this.label);
    const release = async () => {
      child.kill();
      await reader.cancel();
      await child.status;
    };
    return Promise.resolve(segmentTransfer(segments, release));
  }

  /** No data is valid before exit status 0: `rbd export` continues after a read error. */
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
      signal.throwIfAborted();
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
    signal.throwIfAborted();
    if (status.code === 0 && status.signal === null) return;
    throw rbdFailure(`rbd ${this.#command}`, status, child.stderrTail(), this.#settings);
  }

  get #command(): string {
    return this.#transfer === "sparse" ? "export-diff" : "export";
  }

  /**
   * Ceph's parser accepts `--option=value` anywhere in argv, even as the value of another option;
   * only a value in the same word as its option is safe.
   *
   * By whole objects, rbd takes the list of objects from the object map of the snapshot, as every
   * read does, instead of asking the OSDs for each object. An empty image has none: Ceph 16 aborts.
   */
  #argv(size: number): readonly string[] {
    const { conf, connectTimeout, image, pool, snapshot, user } = this.#settings;
    return [
      this.#settings.program,
      this.#command,
      ...this.#transfer === "sparse" && size > 0 ? ["--whole-object"] : [],
      "--no-progress",
      `--conf=${conf}`,
      `--id=${user}`,
      `--pool=${pool}`,
      `--image=${image}`,
      `--snap=${snapshot}`,
      "--path=-",
      `--rbd_concurrent_management_ops=${this.#settings.concurrentOps}`,
      `--client_mount_timeout=${connectTimeout}`,
      `--rados_mon_op_timeout=${connectTimeout}`,
      `--rados_osd_op_timeout=${this.#settings.requestTimeout}`,
    ];
  }
}

/** Whether at most one segment is left in the stream; removes it. */
async function endsSoon(reader: ByteReader, pool: BufferPool): Promise<boolean> {
  const { buffer, length } = await reader.read(pool.take());
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
