/**
 * A host of the embedded lab that trusts seals, and a pipeline that makes them.
 *
 * @module
 */
import { join } from "node:path";
import type { Lab } from "@lab/embedded/lab.ts";
import { runCli } from "@/cli.ts";
import { systemContext } from "@/system/context.ts";
import type { CliEnd } from "./cli.ts";
import { PRIVATE_PEM, PUBLIC_PEM } from "./seals.ts";

/** One host. */
export class SealedHost {
  /** Path of the private key; only the pipeline has it. */
  readonly privateKey: string;
  /** Path of the public key. */
  readonly publicKey: string;
  /** `[glance_direct]seal_dir`. */
  readonly sealDir: string;
  readonly #lab: Lab;
  readonly #conf: string;

  /** Takes the lab's nova.conf and adds a key. */
  constructor(lab: Lab, publicPem = PUBLIC_PEM) {
    this.#lab = lab;
    this.privateKey = join(lab.directory, "seal.pem");
    this.publicKey = join(lab.directory, "seal.pub.pem");
    this.sealDir = join(lab.directory, "seals");
    this.#conf = join(lab.directory, "seals.conf");
    Deno.writeTextFileSync(this.privateKey, PRIVATE_PEM);
    Deno.writeTextFileSync(this.publicKey, publicPem);
    Deno.mkdirSync(this.sealDir, { recursive: true });
    Deno.writeTextFileSync(
      this.#conf,
      `[glance_direct]\nseal_keys = ${this.publicKey}\nseal_dir = ${this.sealDir}\n`,
    );
  }

  /** The program on this host, with what it prints as JSON. */
  async run(...argv: readonly string[]): Promise<CliEnd> {
    return await this.#run([...argv, "--config-file", this.#lab.novaConf], [
      "--config-file",
      this.#conf,
    ]);
  }

  /** The program where nobody has told it of keys. */
  async pipeline(...argv: readonly string[]): Promise<CliEnd> {
    return await this.#run([...argv, "--config-file", this.#lab.novaConf], []);
  }

  async #run(argv: readonly string[], more: readonly string[]): Promise<CliEnd> {
    let [out, err] = ["", ""];
    const system = systemContext();
    const context = {
      ...system,
      onStatusRequest: () => {},
      // The permissions are the test's own.
      relinquish: () => {},
      terminal: {
        ...system.terminal,
        isTerminal: false,
        out: (text: string) => void (out += text),
        err: (text: string) => void (err += text),
      },
    };
    const { signal } = new AbortController();
    const { program } = this.#lab.ceph;
    const status = await runCli([...argv, ...more, "-f", "json"], context, signal, program);
    return { status, out, err };
  }
}

/** Warnings of a run: those that are about seals. */
export function sealWarnings({ err }: CliEnd): readonly string[] {
  return err.split("\n").filter((line) => line.includes("seal"));
}
