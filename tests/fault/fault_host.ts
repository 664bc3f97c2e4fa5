/**
 * A compute host of the embedded lab on which accidents happen, with images to put into its cache.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type ImageContent, noise } from "@lab/embedded/content.ts";
import type { TransferFault } from "@lab/embedded/fault.ts";
import type { GlanceImage } from "@lab/embedded/glance_image.ts";
import { qcow2 } from "@lab/embedded/qcow2.ts";
import { assert } from "@std/assert";
import { Host } from "../scenario/host.ts";
import { AccidentHost } from "./accident_host.ts";
import type { FaultHostOptions, FrailVictim, StartOptions } from "./fault_lab.ts";

/** Longest time that a child may outlive a killed program: its pipe breaks, or its work is done. */
const PATIENCE = 15_000;

/** Noise is repeated beyond so many bytes: a disk may be larger than what this process shall hold. */
const LARGEST = 64 << 20;

/** A host with images. */
export class FaultHost extends AccidentHost implements FrailVictim {
  /** The host. */
  readonly host: Host;
  /** The images. */
  readonly images: readonly GlanceImage[];
  protected readonly flags: readonly string[];
  readonly #disks: readonly ImageContent[];

  /** Makes the host and its images. */
  constructor(
    { images = 1, size = 1 << 20, converted = false, flags = [], ...lab }: FaultHostOptions,
  ) {
    super();
    const nova = { "DEFAULT.force_raw_images": `${converted}`, ...lab.nova };
    this.host = new Host({ ...lab, nova });
    this.#disks = Array.from({ length: images }, (_, index) => diskOf(size, index + 1));
    this.images = this.#disks.map((disk) =>
      this.host.lab.addImage(
        converted
          ? { diskFormat: "qcow2", content: qcow2(disk), virtualSize: disk.size }
          : { diskFormat: "raw", content: disk },
      )
    );
    this.flags = flags;
  }

  /** The first image's base file. */
  get base(): string {
    return this.baseOf(this.images[0]?.id ?? "");
  }

  /** The base file of an image. */
  baseOf(id: string): string {
    return this.host.base(id);
  }

  /** The cache directory. */
  get cache(): string {
    return this.host.cache;
  }

  /** Starts the command. */
  async start({ flags = [], ...options }: StartOptions = {}) {
    return await this.host.start([...this.command, ...flags], options);
  }

  /** Process ids of the stand-ins of `rbd`. */
  exporting(): Promise<readonly number[]> {
    return Promise.resolve(this.host.lab.ceph.running());
  }

  /** Each final name leads to the whole verified file, or to nothing. @returns How many are there. */
  assertWholeOrNothing(): number {
    let whole = 0;
    for (const [index, { id }] of this.images.entries()) {
      const isWhole = holds(this.host.base(id), this.#disks[index]!);
      assert(isWhole !== false, `wrong bytes have the name of '${id}'`);
      if (isWhole) whole++;
    }
    return whole;
  }

  /** Waits until no process of this host runs any more. */
  async untilQuiet(): Promise<void> {
    const end = performance.now() + PATIENCE;
    let left = this.processes();
    while (left.length > 0) {
      assert(performance.now() < end, `left running: ${left.join("; ")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      left = this.processes();
    }
  }

  /** Command lines of the processes that have this host's directory in an argument. */
  processes(): readonly string[] {
    const pids = [...Deno.readDirSync("/proc")].map(({ name }) => name)
      .filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => lineOf(pid)).filter((line) => line.includes(this.host.lab.directory));
  }

  /** Has the data of every image from Glance go wrong from now on, or no more. */
  breakGlance(fault: TransferFault | undefined): void {
    for (const { id } of this.images) this.host.lab.glance.setFault(id, fault);
  }

  /** Has Keystone answer every login with 503 from now on, or no more. */
  breakKeystone(isBroken: boolean): void {
    const fault = { kind: "status", status: 503 } as const;
    this.host.lab.keystone?.server.setFault("/v3/auth/tokens", isBroken ? fault : undefined);
  }

  /** Makes every token so far worthless. */
  endTokens(): Promise<void> {
    return Promise.resolve(this.host.lab.tokens.revokeAll());
  }

  /** Removes the host. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
  }
}

function diskOf(size: number, seed: number): ImageContent {
  const bytes = noise(Math.min(size, LARGEST), seed);
  const extents = Array.from({ length: Math.ceil(size / LARGEST) }, (_, index) => {
    const offset = index * LARGEST;
    return { offset, bytes: bytes.subarray(0, size - offset) };
  });
  return { size, extents };
}

/** Whether a file has exactly the content of a disk, which has no holes; `undefined` without a file. */
function holds(path: string, { size, extents }: ImageContent): boolean | undefined {
  const found = contentOf(path);
  if (found === undefined) return undefined;
  return found.length === size &&
    extents.every(({ offset, bytes }) =>
      Buffer.compare(found.subarray(offset, offset + bytes.length), bytes) === 0
    );
}

function contentOf(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Empty for a process that has ended meanwhile. */
function lineOf(pid: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
  } catch {
    return "";
  }
}
