/**
 * A compute host of the real lab on which accidents happen, with images of its own in Ceph.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import type { NovaOptions } from "@lab/ceph/nova_conf.ts";
import { until } from "@lab/ceph/wait.ts";
import { assert, assertEquals } from "@std/assert";
import type { FaultHostOptions, Outcome, StartOptions, Victim } from "../fault/fault_lab.ts";
import { ComputeHost, rbdProcesses } from "./compute_host.ts";
import { OWN_SIZE, type OwnImage, ownImage, type OwnImageOptions } from "./own_image.ts";
import type { Running } from "./tool.ts";

/** A host and its images. */
export class CephFaultHost implements Victim {
  /** Use {@linkcode CephFaultHost.make}. */
  protected constructor(
    readonly images: readonly OwnImage[],
    readonly host: ComputeHost,
    readonly flags: readonly string[],
  ) {}

  /** Makes the images and the host. No two images have the same bytes. */
  static async make(
    { converted = false, flags = [], images = 1, instances, keystone, size = OWN_SIZE }:
      FaultHostOptions,
    { store, ...nova }: NovaOptions & Pick<OwnImageOptions, "store"> = {},
  ): Promise<CephFaultHost> {
    const diskFormat = converted ? "qcow2" : "raw";
    const own: OwnImage[] = [];
    // One after the other, as Glance takes them anyway.
    while (own.length < images) {
      own.push(await ownImage({ diskFormat, size: size + 512 * own.length, store }));
    }
    const place = instances === undefined ? {} : { instances };
    const auth = keystone ? "keystone" : "none";
    return new CephFaultHost(
      own,
      await ComputeHost.make({ forceRaw: converted, auth, ...place, ...nova }),
      flags,
    );
  }

  /** The cache directory. */
  get cache(): string {
    return this.host.cache;
  }

  /** Starts the command. */
  start(options?: StartOptions): Promise<Running> {
    return Promise.resolve(this.#start(options));
  }

  /** Runs the command to its end. */
  async run(options?: StartOptions): Promise<Outcome> {
    return await this.#start(options).ended;
  }

  /** Process ids of every `rbd` that exports one of its images. */
  async exporting(): Promise<readonly number[]> {
    return (await Promise.all(this.images.map(({ id }) => rbdProcesses(id)))).flat();
  }

  /** Every path in the cache, sorted. */
  paths(): readonly string[] {
    try {
      return [...Deno.readDirSync(this.cache)].map(({ name }) => join(this.cache, name)).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Each final name leads to the whole image, or to nothing. @returns How many are there. */
  assertWholeOrNothing(): number {
    const paths = this.paths();
    const found = this.images.filter(({ id }) => paths.includes(this.host.base(id)));
    for (const { id, path } of found) {
      const [ours, original] = [this.host.base(id), path].map((one) => Deno.readFileSync(one));
      assert(Buffer.compare(ours!, original!) === 0, `wrong bytes have the name of '${id}'`);
    }
    return found.length;
  }

  /** The program was honest: 0 with every file, or one of the documented statuses. */
  assertHonest({ status, stderr }: Outcome): void {
    const whole = this.assertWholeOrNothing();
    if (status === 0) assertEquals(whole, this.images.length, `status 0 without a file: ${stderr}`);
    else assert(status >= 64 && status <= 78 && status !== 70, `status ${status}: ${stderr}`);
  }

  /** The next run succeeds, and then the images are there and nothing else: no process, no name. */
  async assertRecovers(): Promise<void> {
    await this.untilQuiet();
    const ended = await this.run();
    assertEquals(ended.status, 0, ended.stderr);
    assertEquals(this.assertWholeOrNothing(), this.images.length);
    assertEquals(this.paths(), this.images.map(({ id }) => this.host.base(id)).sort());
    await this.untilQuiet();
  }

  /** Waits until no process of this host runs any more. */
  async untilQuiet(): Promise<void> {
    await until(
      "end of every child",
      async () => [...await this.host.processes(), ...await this.exporting()].length === 0,
    );
  }

  /** Empties the cache. */
  clear(): void {
    for (const path of this.paths()) Deno.removeSync(path);
  }

  /** Removes the images and the host. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const image of this.images) await image[Symbol.asyncDispose]();
    await this.host[Symbol.asyncDispose]();
  }

  #start({ flags = [], ...surroundings }: StartOptions = {}): Running {
    const ids = this.images.map(({ id }) => id);
    const command = [ids.length === 1 ? "fetch" : "prefetch", ...ids, ...this.flags, ...flags];
    return this.host.start(surroundings, ...command);
  }
}
