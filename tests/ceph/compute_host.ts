/**
 * A compute host of the lab for one test: its `nova.conf`, its cache, and what a run leaves behind.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { assertEquals } from "@std/assert";
import { ROOT } from "@lab/ceph/layout.ts";
import { type NovaHost, type NovaOptions, writeNovaConf } from "@lab/ceph/nova_conf.ts";
import { until } from "@lab/ceph/wait.ts";
import { allocated } from "./content.ts";
import { type Ended, type Running, start, type Surroundings } from "./tool.ts";

/** A directory of its own, removed with the host. */
export class ComputeHost implements AsyncDisposable {
  readonly #directory: string;
  readonly #files: NovaHost;

  private constructor(directory: string, files: NovaHost) {
    this.#directory = directory;
    this.#files = files;
  }

  /** Makes a host. */
  static async make(options: NovaOptions = {}): Promise<ComputeHost> {
    const directory = await Deno.makeTempDir({ prefix: "glance-direct-host-" });
    return new ComputeHost(directory, await writeNovaConf(directory, options));
  }

  /** The cache directory. */
  get cache(): string {
    return this.#files.cache;
  }

  /** Where nova looks for the image. */
  base(id: string): string {
    return `${this.cache}/${createHash("sha1").update(id).digest("hex")}`;
  }

  /** Starts to fetch an image into the cache. */
  begin(id: string, ...flags: readonly string[]): Running {
    return this.beginIn({}, id, ...flags);
  }

  /** The same in surroundings of its own. */
  beginIn(surroundings: Surroundings, id: string, ...flags: readonly string[]): Running {
    return this.start(surroundings, "fetch", id, ...flags);
  }

  /** Starts a command. */
  start(surroundings: Surroundings, ...command: readonly string[]): Running {
    const argv = [...command, "--config-file", this.#files.conf, "-f", "json"];
    return start(argv, surroundings);
  }

  /** Fetches an image into the cache. */
  async fetch(id: string, ...flags: readonly string[]): Promise<Ended> {
    return await this.begin(id, ...flags).ended;
  }

  /** Names in the cache without those of locks, which are there as long as somebody works. */
  async cached(): Promise<readonly string[]> {
    return (await this.names()).filter((name) => !name.endsWith(".lock"));
  }

  /** Names in the cache; empty when there is no cache. */
  async names(): Promise<readonly string[]> {
    try {
      return (await Array.fromAsync(Deno.readDir(this.cache))).map(({ name }) => name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Whether bytes lie in the cache already, under whatever name. */
  async holdsBytes(): Promise<boolean> {
    const sizes = (await this.cached()).map((name) => allocated(`${this.cache}/${name}`));
    return (await Promise.all(sizes)).some((size) => size > 0);
  }

  /** Asserts that the image is in the cache, or that it is not, and that nothing else is left. */
  async assertLeft(id: string, left: "the image" | "nothing"): Promise<void> {
    const [name = ""] = this.base(id).split("/").slice(-1);
    assertEquals(await this.cached(), left === "the image" ? [name] : []);
    assertEquals(await rbdProcesses(id), []);
  }

  /** Process ids of all that works in the host's directory, whoever its parent is. */
  async processes(): Promise<readonly number[]> {
    return await processesWith((_, args) => args.some((arg) => arg.includes(this.#directory)));
  }

  /** Removes everything of the host. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Process ids of every `rbd` that exports an image of this lab, whoever its parent is. */
export async function rbdProcesses(id: string): Promise<readonly number[]> {
  return await processesWith((program, args) => {
    // Another lab of this machine has images of the same ids.
    const names = (text: string) => args.some((arg) => arg.includes(text));
    return /(^|\/)rbd$/.test(program) && names(id) && names(`${ROOT}/`);
  });
}

async function processesWith(
  isWanted: (program: string, args: readonly string[]) => boolean,
): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // Empty for a kernel thread and for a process that has ended.
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const [program = "", ...args] = line.split("\0");
    if (isWanted(program, args)) found.push(Number(name));
  }
  return found;
}

/** Waits until an `rbd` exports an image. */
export async function untilExporting(id: string): Promise<void> {
  await until(`rbd that exports '${id}'`, async () => (await rbdProcesses(id)).length > 0);
}
