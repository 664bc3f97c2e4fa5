/**
 * Keeps the memory of the machine full of page cache, as it is on any host that has run for a day. A
 * virtual machine gives memory that is free back to its host after a moment; whoever needs it next waits
 * for the host. That would be measured in place of the program, and more so the longer it runs.
 *
 * @module
 */

const MIB = 1 << 20;

/** Bytes that may be free: the kernel itself keeps so many for its own sake. */
const ENOUGH = 320 * MIB;

/** A file of holes whose pages fill the memory. Disposing it frees them. */
export class FullMemory implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #buffer = new Uint8Array(MIB);

  /** Nothing is filled yet. @param directory Where the file is made. */
  constructor(directory: string) {
    this.#path = `${directory}/memory`;
    this.#file = Deno.openSync(this.#path, { read: true, write: true, create: true });
    this.#file.truncateSync(meminfo("MemTotal"));
  }

  /** Reads on, and from the beginning again, until hardly anything is free. */
  fill(): void {
    // Twice round at most: what is read again may be there already.
    for (let left = 2 * meminfo("MemTotal"); left > 0; left -= MIB) {
      if (left % (32 * MIB) === 0 && meminfo("MemFree") < ENOUGH) return;
      if (this.#file.readSync(this.#buffer) === null) this.#file.seekSync(0, Deno.SeekMode.Start);
    }
  }

  /** Removes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
    Deno.removeSync(this.#path);
  }
}

/** A line of `/proc/meminfo`, in bytes: whole MiB. */
function meminfo(name: string): number {
  const text = Deno.readTextFileSync("/proc/meminfo");
  const kib = Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
  return Math.floor(kib / 1024) * MIB;
}
