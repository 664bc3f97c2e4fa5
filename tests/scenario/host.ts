/**
 * A compute host in the embedded lab: nova.conf, instances directory, and a look at what is left.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Lab, type LabOptions, startLab } from "@lab/embedded/lab.ts";
import { assertEquals } from "@std/assert";
import { type Ended, run, type RunOptions, start } from "./program.ts";

/** A lab and the program on one of its hosts. */
export class Host implements AsyncDisposable {
  /** The lab. */
  readonly lab: Lab;

  /** Starts a lab. */
  constructor(options: LabOptions = {}) {
    this.lab = startLab({
      ...options,
      nova: { "DEFAULT.force_raw_images": "false", ...options.nova },
    });
  }

  /** Runs a command with this host's nova.conf, JSON out. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return await run(this.args(args), options);
  }

  /** Starts a command with this host's nova.conf, JSON out. */
  async start(args: readonly string[], options: RunOptions = {}) {
    return await start(this.args(args), options);
  }

  /** The command line of a command on this host. */
  args(args: readonly string[]): readonly string[] {
    return [...args, "--config-file", this.lab.novaConf, "-f", "json"];
  }

  /** The cache directory. */
  get cache(): string {
    return join(this.lab.instances, "_base");
  }

  /** The base file of an image. */
  base(id: string): string {
    return join(this.cache, createHash("sha1").update(id).digest("hex"));
  }

  /** Names in the cache directory. */
  names(): readonly string[] {
    try {
      return [...Deno.readDirSync(this.cache)].map(({ name }) => name).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Nothing is in the cache directory, and no stand-in of `rbd` runs for this host. */
  assertNothingLeft(): void {
    assertEquals(this.names(), []);
    assertEquals(this.lab.ceph.running(), []);
  }

  /** Stops the lab. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}
