/**
 * The real `rbd`, killed or stopped by a signal at a byte of its stream, or read a few bytes at a
 * time. Its reader does not get the data after that byte.
 *
 * @module
 */
import type { Child, Processes } from "@/context.ts";
import { systemProcesses } from "@/system/processes.ts";
import { placeOf, type TransferFault } from "../embedded/fault.ts";
import { until } from "./wait.ts";

/** The fault of `rbd`; a place is one in its stream, not in the image. */
export type RbdSignal = Exclude<TransferFault, { readonly kind: "silent" }>;

/** Starts programs of this machine, and disturbs those that read certain images. */
export class FaultyRbd implements Processes {
  readonly #children: Child[] = [];
  readonly #faults = new Map<string, RbdSignal>();

  /** Makes the reads of an image fail from now on. */
  setFault(image: string, fault: RbdSignal): void {
    this.#faults.set(image, fault);
  }

  /** Starts a program; finds the image of `rbd` in `--image=`. */
  spawn(...[argv, options]: Parameters<Processes["spawn"]>): Child {
    const child = systemProcesses.spawn(argv, options);
    this.#children.push(child);
    const image = argv.find((word) => word.startsWith("--image="))?.slice("--image=".length);
    const fault = image === undefined ? undefined : this.#faults.get(image);
    return fault === undefined ? child : faulty(child, fault, () => lengthOf(argv));
  }

  /** Resolves as soon as an `rbd` connects to the cluster. */
  async reached(): Promise<void> {
    await until("rbd with a connection", () => this.#children.some(({ pid }) => hasSocket(pid)));
  }

  /** Resolves when every child has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#children.map(({ status }) => status));
  }
}

/** Length of the stream of an undisturbed run. */
async function lengthOf([program = "", ...args]: readonly string[]): Promise<number> {
  const { stdout } = await new Deno.Command(program, { args, clearEnv: true }).output();
  return stdout.length;
}

function faulty(child: Child, fault: RbdSignal, total: () => Promise<number>): Child {
  return {
    pid: child.pid,
    stdout: ReadableStream.from(disturbed(child, fault, total)),
    status: child.status,
    stderrTail: () => child.stderrTail(),
    kill: () => child.kill(),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

async function* disturbed(
  child: Child,
  fault: RbdSignal,
  total: () => Promise<number>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (fault.kind === "trickle") return yield* inPieces(child.stdout, fault.piece);
  const limit = fault.after < 0 ? placeOf(fault.after, await total()) : fault.after;
  let sent = 0;
  // The first byte shows that the image is open, even if none is forwarded.
  for await (const chunk of child.stdout) {
    const allowed = chunk.subarray(0, limit - sent);
    sent += allowed.length;
    const isThere = sent === limit;
    // At the very end `rbd` may exit before the signal; then its stream only lacks its last bytes.
    if (isThere) Deno.kill(child.pid, fault.kind === "cut" ? "SIGKILL" : "SIGSTOP");
    if (allowed.length > 0) yield allowed;
    if (!isThere) continue;
    await child.status;
    return;
  }
}

async function* inPieces(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  length: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; at += length) yield chunk.slice(at, at + length);
  }
}

function hasSocket(pid: number): boolean {
  try {
    return [...Deno.readDirSync(`/proc/${pid}/fd`)].some(({ name }) =>
      Deno.readLinkSync(`/proc/${pid}/fd/${name}`).startsWith("socket:")
    );
  } catch {
    return false; // It has ended, or closed what was listed.
  }
}
