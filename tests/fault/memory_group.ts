/**
 * A control group with a memory limit for all its processes, including the pages of their files:
 * the kernel kills a process that exceeds it. Linux and root, with cgroups of either version.
 *
 * @module
 */
import { join } from "node:path";

/** Where a version of cgroups keeps what is needed here. */
interface Hierarchy {
  readonly root: string;
  /** Bytes of memory, to be set. */
  readonly limit: string;
  /** Says `oom_kill N`. */
  readonly events: string;
}

const VERSION_1 = {
  root: "/sys/fs/cgroup/memory",
  limit: "memory.limit_in_bytes",
  events: "memory.oom_control",
} as const;
const VERSION_2 = {
  root: "/sys/fs/cgroup",
  limit: "memory.max",
  events: "memory.events",
} as const;

/** A group; disposed of when nothing runs in it any more. */
export class MemoryGroup implements Disposable {
  readonly #hierarchy: Hierarchy;
  readonly #path: string;

  /** Makes a group with so many bytes. */
  constructor(bytes: number) {
    const isSecond = exists(join(VERSION_2.root, "cgroup.controllers"));
    this.#hierarchy = isSecond ? VERSION_2 : VERSION_1;
    const { limit, root } = this.#hierarchy;
    if (isSecond) Deno.writeTextFileSync(join(root, "cgroup.subtree_control"), "+memory");
    this.#path = join(root, `glance-direct-${crypto.randomUUID()}`);
    Deno.mkdirSync(this.#path);
    Deno.writeTextFileSync(join(this.#path, limit), `${bytes}`);
  }

  /** Words before a program's own, by which it runs in the group. */
  get wrapper(): readonly string[] {
    return ["/bin/sh", "-c", `echo $$ > '${this.#path}/cgroup.procs' && exec "$@"`, "sh"];
  }

  /** Processes of the group that the kernel has killed for want of memory. */
  get killed(): number {
    const text = Deno.readTextFileSync(join(this.#path, this.#hierarchy.events));
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1]);
  }

  /** Removes the group. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.#path);
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
