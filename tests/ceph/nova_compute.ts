/**
 * A compute host on which the real nova makes disks, with the hook or without it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { assertEquals } from "@std/assert";
import { lockPath } from "@/cache/paths.ts";
import { exists } from "@lab/ceph/layout.ts";
import { type NovaHost, type NovaOptions, writeNovaConf } from "@lab/ceph/nova_conf.ts";
import { HOOK_FOLDER, python } from "@lab/nova/python.ts";

/** What nova made of one request for a disk. */
export interface DiskOutcome {
  /** nova's exception, `class: message`, or `null`. */
  readonly raised: string | null;
  /** What nova logged, from `INFO` up: `LEVEL message`. */
  readonly log: readonly string[];
  /** Path of the disk. */
  readonly disk: string;
  /** Class of nova's image backend. */
  readonly driver: string;
  /** Backing file of the disk, `null` where it has none or is not there. */
  readonly backing: string | null;
}

/** Who brings the image. */
export interface FetchedBy {
  /** Whether the hook is on `PYTHONPATH`. */
  readonly hook: boolean;
  /** The program that the hook runs. @default {The program under test.} */
  readonly program?: string;
  /** Bound on the program, in seconds. */
  readonly timeout?: number;
  /** Id of a certificate that the user trusts. */
  readonly trusts?: string;
  /** Name of the server. @default {"server"} */
  readonly server?: string;
  /** Whether nova works in native threads, as it does by default since 32. @default {eventlet} */
  readonly threads?: boolean;
}

const DRIVERS = `${import.meta.dirname}/nova`;

/** A directory of its own, removed with the host. */
export class NovaCompute implements AsyncDisposable {
  /** Whether its cache holds raw images only. */
  readonly forceRaw: boolean;
  readonly #directory: string;
  readonly #files: NovaHost;

  private constructor(directory: string, files: NovaHost, forceRaw: boolean) {
    this.#directory = directory;
    this.#files = files;
    this.forceRaw = forceRaw;
  }

  /** Makes a host whose disks are qcow2 files. */
  static async make(options: NovaOptions = {}): Promise<NovaCompute> {
    const directory = await Deno.makeTempDir({ prefix: "glance-direct-nova-" });
    const more = `[libvirt]\nimages_type = qcow2\n${options.more ?? ""}`;
    // Twenty at once on two cores: a slow start of rbd is not what is tested here.
    const slow = { connectTimeout: 60 };
    const files = await writeNovaConf(directory, { auth: "keystone", ...slow, ...options, more });
    return new NovaCompute(directory, files, options.forceRaw ?? false);
  }

  /** The configuration file. */
  get conf(): string {
    return this.#files.conf;
  }

  /** `instances_path`. */
  get instances(): string {
    return this.#files.instances;
  }

  /** Where nova looks for an image. */
  base(id: string): string {
    return `${this.#files.cache}/${createHash("sha1").update(id).digest("hex")}`;
  }

  /** Lets nova make the disk of a server, and with it the base file. */
  async makeDisk(id: string, by: FetchedBy): Promise<DiskOutcome> {
    const trusted = by.trusts === undefined ? [] : [`--trusted-cert=${by.trusts}`];
    const env = {
      GLANCE_DIRECT_BIN: by.program ?? await this.#program(),
      ...by.timeout === undefined ? {} : { GLANCE_DIRECT_HOOK_TIMEOUT: String(by.timeout) },
    };
    const path = by.hook ? [HOOK_FOLDER] : [];
    const mode = by.threads ? ["--threads"] : [];
    const args = [`--config-file=${this.conf}`, ...mode, ...trusted, by.server ?? "server", id];
    return await this.#drive("disk.py", args, path, env);
  }

  /** Lets nova's image cache manager pass over the cache, as if no server existed any more. */
  async manageCache(): Promise<readonly string[]> {
    const args = [`--config-file=${this.conf}`];
    const { log } = await this.#drive<{ log: readonly string[] }>("cache_manager.py", args, [], {});
    return log;
  }

  /** Whether somebody of ours has the turn to make the base file. */
  async hasLock(id: string): Promise<boolean> {
    return await exists(lockPath(this.base(id)));
  }

  /** Whether nova's hook runs the program on this host. */
  async isHooked(): Promise<boolean> {
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
      if (line.includes("\0hook\0fetch\0") && line.includes(this.conf)) return true;
    }
    return false;
  }

  /** Names in the cache, without our lock files, which are there as long as somebody works. */
  async cached(): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(this.#files.cache)) names.push(name);
    return names.filter((name) => !name.endsWith(".lock")).sort();
  }

  /** Asserts that the base file is there and nothing else, or that nothing is. */
  async assertLeft(id: string, left: "the image" | "nothing"): Promise<void> {
    const [name = ""] = this.base(id).split("/").slice(-1);
    assertEquals(await this.cached(), left === "the image" ? [name] : []);
  }

  /** Writes a program of the test's own. */
  async script(text: string): Promise<string> {
    const path = `${this.#directory}/program`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  }

  /** Removes everything of the host. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }

  /** The program under test: the compiled one, else a script that runs the sources. */
  async #program(): Promise<string> {
    const binary = Deno.env.get("GLANCE_DIRECT_BIN");
    if (binary !== undefined) return binary;
    const main = `${import.meta.dirname}/../../main.ts`;
    const path = `${this.#directory}/glance-direct`;
    const command = `exec '${Deno.execPath()}' run --no-prompt -A --quiet '${main}' "$@"`;
    await Deno.writeTextFile(path, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    return path;
  }

  async #drive<T = DiskOutcome>(
    driver: string,
    args: readonly string[],
    path: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<T> {
    const { code, stdout, stderr } = await python([`${DRIVERS}/${driver}`, ...args], { path, env });
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as T;
  }
}
