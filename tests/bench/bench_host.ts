/**
 * A compute host for measurements: the program, and one `nova.conf` for each way it is configured.
 *
 * @module
 */
import { run } from "@lab/ceph/command.ts";
import { writeNovaConf } from "@lab/ceph/nova_conf.ts";
import { ENDPOINTS } from "@lab/ceph/lab.ts";
import { AUTH_URL } from "@lab/ceph/credentials.ts";
import { FullMemory } from "./full_memory.ts";

/** Paths of its files. */
export interface BenchHost extends AsyncDisposable {
  /** The compiled program. */
  readonly program: string;
  /** Directory for whatever is fetched. */
  readonly directory: string;
  /** Keeps its memory full. */
  readonly memory: FullMemory;
  /** Without Keystone. */
  readonly plain: string;
  /** Without Keystone; `rbd export` in the place of `rbd export-diff`. */
  readonly plainTransfer: string;
  /** Without Keystone; seals of its own key are verified. */
  readonly sealed: string;
  /** The private half of that key. */
  readonly sealKey: string;
  /** Its `[glance_direct]seal_dir`. */
  readonly seals: string;
  /** With Keystone; signatures are verified. */
  readonly signed: string;
  /** With Keystone, for nova. */
  readonly nova: string;
  /** With Keystone and without rbd, for nova. */
  readonly novaHttp: string;
}

const SIGNED = `[glance]
verify_glance_signatures = true
[key_manager]
backend = barbican
[barbican]
barbican_endpoint = ${ENDPOINTS.barbican}
auth_endpoint = ${AUTH_URL}
`;

/** Makes a key for seals. @returns Path of the private half; the public one has `.pub` behind it. */
async function keyPair(directory: string): Promise<string> {
  const path = `${directory}/seal.pem`;
  await run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path]);
  await run(["openssl", "pkey", "-in", path, "-pubout", "-out", `${path}.pub`]);
  return path;
}

/** Path of the compiled program: `GLANCE_DIRECT_BIN`, else what `deno task compile` makes. */
export async function compiledProgram(): Promise<string> {
  const built = new URL("../../dist/glance-direct", import.meta.url).pathname;
  const program = Deno.env.get("GLANCE_DIRECT_BIN") ?? built;
  await Deno.stat(program).catch(() => {
    throw new Error(`Cannot measure '${program}': it is not there; deno task compile`);
  });
  return program;
}

/**
 * Makes the host in a directory of its own, removed with it.
 *
 * @param more Text for the `nova.conf` without Keystone.
 */
export async function makeBenchHost(more = ""): Promise<BenchHost> {
  const directory = await Deno.makeTempDir({ prefix: "glance-direct-bench-" });
  const write = async (name: string, options: Parameters<typeof writeNovaConf>[1]) =>
    (await writeNovaConf(`${directory}/${name}`, { connectTimeout: 60, ...options })).conf;
  const memory = new FullMemory(directory);
  const seals = `${directory}/seals`;
  await Deno.mkdir(seals);
  const sealKey = await keyPair(seals);
  return {
    program: await compiledProgram(),
    directory,
    memory,
    plain: await write("plain", { auth: "none", more }),
    plainTransfer: await write("plain-transfer", {
      auth: "none",
      more: "[glance_direct]\nrbd_transfer = plain\n",
    }),
    sealed: await write("sealed", {
      auth: "none",
      more: `[glance_direct]\nseal_keys = ${sealKey}.pub\nseal_dir = ${seals}\n`,
    }),
    sealKey,
    seals,
    signed: await write("signed", { more: SIGNED }),
    nova: await write("nova", {}),
    novaHttp: await write("nova-http", { rbd: false }),
    [Symbol.asyncDispose]() {
      memory[Symbol.dispose]();
      return Deno.remove(directory, { recursive: true });
    },
  };
}
