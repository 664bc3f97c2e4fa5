/**
 * A compute host of the real lab on which accidents happen, with images of its own in Ceph.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { NovaOptions } from "@lab/ceph/nova_conf.ts";
import { until } from "@lab/ceph/wait.ts";
import { assert } from "@std/assert";
import { AccidentHost } from "../fault/accident_host.ts";
import type { FaultHostOptions, StartOptions } from "../fault/fault_lab.ts";
import { ComputeHost, rbdProcesses } from "./compute_host.ts";
import { OWN_SIZE, type OwnImage, ownImage, type OwnImageOptions } from "./own_image.ts";
import type { Running } from "./tool.ts";

/** A host and its images. */
export class CephFaultHost extends AccidentHost {
  /** Use {@linkcode CephFaultHost.make}. */
  protected constructor(
    readonly images: readonly OwnImage[],
    readonly host: ComputeHost,
    readonly flags: readonly string[],
  ) {
    super();
  }

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

  /** The base file of an image. */
  baseOf(id: string): string {
    return this.host.base(id);
  }

  /** Starts the command. */
  start({ flags = [], ...surroundings }: StartOptions = {}): Promise<Running> {
    return Promise.resolve(this.host.start(surroundings, ...this.command, ...flags));
  }

  /** Process ids of every `rbd` that exports one of its images. */
  async exporting(): Promise<readonly number[]> {
    return (await Promise.all(this.images.map(({ id }) => rbdProcesses(id)))).flat();
  }

  /** Each final name leads to the whole image, or to nothing. @returns How many are there. */
  assertWholeOrNothing(): number {
    const paths = this.paths();
    const found = this.images.filter(({ id }) => paths.includes(this.baseOf(id)));
    for (const { id, path } of found) {
      const [ours, original] = [this.baseOf(id), path].map((one) => Deno.readFileSync(one));
      assert(Buffer.compare(ours!, original!) === 0, `wrong bytes have the name of '${id}'`);
    }
    return found.length;
  }

  /** Waits until no process of this host runs any more. */
  async untilQuiet(): Promise<void> {
    await until(
      "end of every child",
      async () => [...await this.host.processes(), ...await this.exporting()].length === 0,
    );
  }

  /** Removes the images and the host. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const image of this.images) await image[Symbol.asyncDispose]();
    await this.host[Symbol.asyncDispose]();
  }
}
