/**
 * A compute host on which accidents happen: images to put into its cache, and the two sentences that
 * must be true after each accident.
 *
 * @module
 */
import { join } from "node:path";
import { dense, noise } from "@lab/embedded/content.ts";
import { qcow2 } from "@lab/embedded/qcow2.ts";
import type { GlanceImage } from "@lab/embedded/glance_image.ts";
import { assert, assertEquals } from "@std/assert";
import { Host } from "../scenario/host.ts";
import type { Ended, RunOptions } from "../scenario/program.ts";
import type { Outcome, TrialOptions, Victim } from "./ground.ts";

/** Longest time that a child may outlive a killed program: its pipe breaks, or its work is done. */
const PATIENCE = 15_000;

/** A host with images. */
export class Trial implements Victim {
  /** The host. */
  readonly host: Host;
  /** The images. */
  readonly images: readonly GlanceImage[];
  readonly #disks: readonly Uint8Array<ArrayBuffer>[];
  readonly #flags: readonly string[];

  /** Makes the host and its images. */
  constructor({ images = 1, size = 1 << 20, converted = false, flags = [], ...lab }: TrialOptions) {
    const nova = { "DEFAULT.force_raw_images": `${converted}`, ...lab.nova };
    this.host = new Host({ ...lab, nova });
    this.#disks = Array.from({ length: images }, (_, index) => noise(size, index + 1));
    this.images = this.#disks.map(dense).map((disk) =>
      this.host.lab.addImage(
        converted
          ? { diskFormat: "qcow2", content: qcow2(disk), virtualSize: disk.size }
          : { diskFormat: "raw", content: disk },
      )
    );
    this.#flags = flags;
  }

  /** The command whose accidents are looked at. */
  get command(): readonly string[] {
    const ids = this.images.map(({ id }) => id);
    return [ids.length === 1 ? "fetch" : "prefetch", ...ids, ...this.#flags];
  }

  /** The first image's base file. */
  get base(): string {
    return this.host.base(this.images[0]?.id ?? "");
  }

  /** The cache directory. */
  get cache(): string {
    return this.host.cache;
  }

  /** Starts the command. */
  async start() {
    return await this.host.start(this.command);
  }

  /** Process ids of the stand-ins of `rbd`. */
  exporting(): Promise<readonly number[]> {
    return Promise.resolve(this.host.lab.ceph.running());
  }

  /** Runs the command to its end. */
  async run(options: RunOptions = {}): Promise<Ended> {
    return await this.host.run(this.command, options);
  }

  /** Each final name leads to the whole verified file, or to nothing. @returns How many are there. */
  assertWholeOrNothing(): number {
    let whole = 0;
    for (const [index, { id }] of this.images.entries()) {
      const found = contentOf(this.host.base(id));
      if (found === undefined) continue;
      assert(sameBytes(found, this.#disks[index]!), `${found.length} wrong bytes have the name`);
      whole++;
    }
    return whole;
  }

  /** The program was honest: 0 with every file, or one of the documented statuses. */
  assertHonest({ status, stderr }: Outcome): void {
    const whole = this.assertWholeOrNothing();
    if (status === 0) assertEquals(whole, this.images.length, `status 0 without a file: ${stderr}`);
    else assert(status >= 64 && status <= 78 && status !== 70, `status ${status}: ${stderr}`);
  }

  /** The next run succeeds, and then the files are there and nothing else: no process, no name. */
  async assertRecovers(): Promise<void> {
    await this.untilQuiet();
    const ended = await this.run();
    assertEquals(ended.status, 0, ended.stderr);
    assertEquals(this.assertWholeOrNothing(), this.images.length);
    const bases = this.images.map(({ id }) => this.host.base(id));
    assertEquals(this.paths(), bases.sort());
    await this.untilQuiet();
  }

  /** Empties the cache. */
  clear(): void {
    for (const path of this.paths()) Deno.removeSync(path);
  }

  /** Every path in the cache, sorted. */
  paths(): readonly string[] {
    return this.host.names().map((name) => join(this.host.cache, name)).sort();
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

  /** Removes the host. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
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
