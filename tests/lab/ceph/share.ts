/**
 * A directory as a network file system: a real mount whose reads fail, hang or return in pieces.
 *
 * @module
 */
import type { TransferFault } from "../embedded/fault.ts";
import { run } from "./command.ts";
import { until } from "./wait.ts";

const SCRIPT = new URL("share.py", import.meta.url).pathname;

/** A mounted share. Disposing it unmounts it, even if a read hangs. */
export class Share implements AsyncDisposable {
  /** Where it is mounted. */
  readonly mount: string;
  readonly #directory: string;
  readonly #daemon: Deno.ChildProcess;
  readonly #faults: Record<string, TransferFault> = {};

  private constructor(directory: string, daemon: Deno.ChildProcess) {
    this.#directory = directory;
    this.mount = `${directory}/mount`;
    this.#daemon = daemon;
  }

  /** Mounts a directory. */
  static async mount(original: string): Promise<Share> {
    const directory = await Deno.realPath(await Deno.makeTempDir({ prefix: "share-" }));
    await Deno.mkdir(`${directory}/mount`);
    await Deno.writeTextFile(`${directory}/faults.json`, "{}");
    const daemon = new Deno.Command("/usr/bin/python3", {
      args: [SCRIPT, original, `${directory}/mount`, `${directory}/faults.json`],
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    const share = new Share(directory, daemon);
    await until("mounted share", async () => (await mounts()).includes(` ${share.mount} `));
    return share;
  }

  /** Makes the reads of a file fail from now on. */
  async setFault(name: string, fault: TransferFault | undefined): Promise<void> {
    if (fault !== undefined) this.#faults[name] = fault;
    await this.#save();
  }

  /** Restores the share: hanging reads end. */
  async heal(): Promise<void> {
    for (const name of Object.keys(this.#faults)) delete this.#faults[name];
    await this.#save();
  }

  /** Resolves when this process has no open file in the share. */
  async idle(): Promise<void> {
    await until("end of every read of the share", () => openFiles(this.mount) === 0);
  }

  /** Takes it down. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.heal();
    await run(["umount", "--lazy", this.mount]);
    await this.#end();
    await Deno.remove(this.#directory, { recursive: true });
  }

  /** The daemon ends with the last open file; a file that stays open is a bug to report. */
  async #end(): Promise<void> {
    let ended = false;
    const end = this.#daemon.status.then(() => ended = true);
    try {
      await until(`end of the share '${this.mount}', which has files open,`, () => ended);
    } finally {
      if (!ended) this.#daemon.kill("SIGKILL");
      await end;
    }
  }

  /** Atomically, because the daemon may read it at any time. */
  async #save(): Promise<void> {
    const path = `${this.#directory}/faults.json`;
    await Deno.writeTextFile(`${path}.new`, JSON.stringify(this.#faults));
    await Deno.rename(`${path}.new`, path);
  }
}

async function mounts(): Promise<string> {
  return await Deno.readTextFile("/proc/self/mounts");
}

/** Files below a directory that this process has open. */
function openFiles(directory: string): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith(`${directory}/`);
    } catch {
      return false; // Closed since the listing, e.g. that of the listing itself.
    }
  }).length;
}
