/**
 * A compute host in the embedded lab: nova.conf, instances directory, and a look at what is left.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Lab, type LabOptions, startLab } from "@lab/embedded/lab.ts";
import { assertEquals } from "@std/assert";
import { type Ended, type RunOptions, start } from "./program.ts";

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
    return await (await this.start(args, options)).ended;
  }

  /** Starts a command with this host's nova.conf, JSON out. */
  async start(args: readonly string[], options: RunOptions = {}) {
    const running = await start(this.args(args), options);
    return { ...running, ended: running.ended.then((ended) => this.#expectNoSecret(ended)) };
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

  /** What nobody may see: the key of Ceph, the password of nova, every token so far. */
  get secrets(): readonly string[] {
    const { ceph, keystone, glance, novaConf, tokens } = this.lab;
    const key = /key = (\S+)/.exec(Deno.readTextFileSync(ceph.keyring("nova")))?.[1];
    const password = /^password = (.+)$/m.exec(Deno.readTextFileSync(novaConf))?.[1];
    const shown = [glance.server, ...keystone === undefined ? [] : [keystone.server]]
      .flatMap(({ requests }) => requests.map(({ headers }) => headers.get("x-auth-token")));
    return [key, password, ...tokens.issued, ...shown].filter((one) => !!one) as string[];
  }

  /** Whatever a test looks for, no run says a secret. */
  #expectNoSecret(ended: Ended): Ended {
    const said = ended.stdout + ended.stderr;
    const found = this.secrets.find((secret) => said.includes(secret));
    assertEquals(found, undefined, "a secret is in the output");
    return ended;
  }

  /** Stops the lab. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.lab[Symbol.asyncDispose]();
  }
}
