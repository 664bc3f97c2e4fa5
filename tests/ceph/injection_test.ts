/**
 * What an image name can make the real `rbd` do, and what it cannot when this program builds the
 * command line. Needs `rbd`, no cluster: its monitor is a port of this test.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertThrows } from "@std/assert";
import type { Processes } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { RBD_PROGRAM } from "@/sources/rbd/program.ts";
import { BufferPool } from "@/bytes/buffer_pool.ts";
import { systemProcesses } from "@/system/processes.ts";
import { rbdSource } from "../doubles/rbd_source.ts";

const FSID = "c3b1ab00-91a9-4ced-8d1e-0123456789ab";

/** A monitor that says nothing, and counts who comes. */
class Monitor implements AsyncDisposable {
  visits = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving = this.#serve();

  get address(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.visits++;
      connection.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

interface Trap extends AsyncDisposable {
  readonly conf: string;
  /** Named by an exploit; must not come to be. */
  readonly file: string;
  /** The cluster's own monitor. */
  readonly own: Monitor;
  /** The attacker's. */
  readonly foreign: Monitor;
}

async function setTrap(): Promise<Trap> {
  const directory = await Deno.makeTempDir();
  const [own, foreign] = [new Monitor(), new Monitor()];
  const conf = join(directory, "ceph.conf");
  await Deno.writeTextFile(
    conf,
    `[global]\nfsid = ${FSID}\nmon_host = ${own.address}\nauth_client_required = none\n`,
  );
  return {
    conf,
    file: join(directory, "log"),
    own,
    foreign,
    async [Symbol.asyncDispose]() {
      await own[Symbol.asyncDispose]();
      await foreign[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Names with which glance_store's and nova's own command lines can be steered. */
const EXPLOITS: Readonly<Record<string, (trap: Trap) => string>> = {
  "creates a file": ({ file }) => `--log-file=${file}`,
  "leads to another cluster": ({ foreign }) => `--mon-host=${foreign.address}`,
};

function sourceOf({ conf }: Trap, processes: Processes, url: string, id: string) {
  const host = {
    program: RBD_PROGRAM,
    clusterFor: () => ({ conf, user: "nova" }),
    pools: [],
    allowForeignNames: true,
    transfer: "plain",
    concurrentOps: 10,
    connectTimeout: 1,
    requestTimeout: 1,
  } as const;
  return rbdSource(processes, host, url, id);
}

/** The command line for an image of a plain name. */
function argvOf(trap: Trap): readonly string[] {
  const seen: string[][] = [];
  const recording: Processes = {
    spawn(argv) {
      seen.push([...argv]);
      throw new ToolError("source_unavailable", "Not started");
    },
  };
  const source = sourceOf(trap, recording, `rbd://${FSID}/images/NAME/snap`, "NAME");
  const { signal } = new AbortController();
  const options = { signal, offset: 0, size: 1, buffers: new BufferPool() };
  assertThrows(() => void source.open({ ...options, onTransferred: () => {} }), ToolError);
  return seen[0] ?? [];
}

async function run(argv: readonly string[]): Promise<void> {
  await using child = systemProcesses.spawn(argv);
  await child.stdout.cancel();
  await child.status;
}

/** What came of a run. */
async function harm({ file, foreign }: Trap): Promise<boolean> {
  return foreign.visits > 0 || await Deno.stat(file).then(() => true, () => false);
}

for (const [what, exploit] of Object.entries(EXPLOITS)) {
  Deno.test(`rbd: a name as a separate argument ${what}: the danger is real`, async () => {
    await using trap = await setTrap();
    const [program = "", command = "", ...rest] = argvOf(trap);
    const words = rest.flatMap((word) =>
      word.startsWith("--image=") ? ["--image", exploit(trap)] : [word]
    );
    await run([program, command, ...words]);
    assertEquals(await harm(trap), true);
  });

  Deno.test(`rbd: a name as this program passes it never ${what}`, async () => {
    await using trap = await setTrap();
    await run(argvOf(trap).map((word) => word.replace("NAME", exploit(trap))));
    assertEquals(await harm(trap), false);
    assertEquals(trap.own.visits > 0, true, "it asked the configured monitor");
  });

  Deno.test(`rbd: a location whose name ${what} is refused before rbd starts`, async () => {
    await using trap = await setTrap();
    const name = exploit(trap);
    for (const text of [name, encodeURIComponent(name)]) {
      for (const path of [`images/${text}/snap`, `${text}/image/snap`, `images/image/${text}`]) {
        const url = `rbd://${FSID}/${path}`;
        const error = assertThrows(() => sourceOf(trap, systemProcesses, url, name), ToolError);
        assertEquals(error.code, "location_invalid");
      }
    }
  });
}
