/**
 * What every compute host with accidents has in common: its command, its files, and the two sentences
 * that must be true after each accident.
 *
 * @module
 */
import { join } from "node:path";
import { assert, assertEquals } from "@std/assert";
import type { Outcome, Running, StartOptions, Victim } from "./fault_lab.ts";

/** A host with images; where they come from is its subclass's. */
export abstract class AccidentHost implements Victim {
  /** The images. */
  abstract readonly images: readonly { readonly id: string }[];
  /** The cache directory. */
  abstract readonly cache: string;
  /** More of the command line. */
  protected abstract readonly flags: readonly string[];

  /** The base file of an image. */
  abstract baseOf(id: string): string;
  /** Starts the command. */
  abstract start(options?: StartOptions): Promise<Running>;
  /** Process ids of every `rbd` that exports one of its images. */
  abstract exporting(): Promise<readonly number[]>;
  /** Each final name leads to the whole verified file, or to nothing. @returns How many are there. */
  abstract assertWholeOrNothing(): number;
  /** Waits until no process of this host runs any more. */
  abstract untilQuiet(): Promise<void>;
  /** Removes the host. */
  abstract [Symbol.asyncDispose](): Promise<void>;

  /** The command whose accidents are looked at. */
  get command(): readonly string[] {
    const ids = this.images.map(({ id }) => id);
    return [ids.length === 1 ? "fetch" : "prefetch", ...ids, ...this.flags];
  }

  /** Runs the command to its end. */
  async run(options?: StartOptions): Promise<Outcome> {
    return await (await this.start(options)).ended;
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
    assertEquals(this.paths(), this.images.map(({ id }) => this.baseOf(id)).sort());
    await this.untilQuiet();
  }

  /** Empties the cache. */
  clear(): void {
    for (const path of this.paths()) Deno.removeSync(path);
  }
}
