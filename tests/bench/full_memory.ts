/**
 * Keeps the memory of the machine full of page cache, as on any host that has run for a day. A
 * virtual machine returns free memory to its host after a moment, and the next allocation waits for
 * the host: that would be measured instead of the program.
 *
 * @module
 */

const MIB = 1 << 20;

/** Bytes that may be free: the kernel itself keeps so many for its own sake. */
const ENOUGH = 320 * MIB;

/**
 * Bytes to read before looking again. If that takes up less than a sixteenth of it, a limit of the
 * control group is reached.
 */
const STEP = 512 * MIB;

/** A file of holes whose pages fill the memory. Disposing it frees them. */
export class FullMemory implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #buffer = new Uint8Array(MIB);

  /** Nothing is filled yet. @param directory Where the file is made. */
  constructor(directory: string) {
    this.#path = `${directory}/memory`;
    this.#file = Deno.openSync(this.#path, { read: true, write: true, create: true });
    // Four times the memory: what is read next left the page cache long ago.
    this.#file.truncateSync(4 * meminfo("MemTotal"));
  }

  /** Reads on, and from the beginning again, until no less can be free. */
  fill(): void {
    let [free, before] = [meminfo("MemFree"), Infinity];
    while (free > ENOUGH && free < before - STEP / 16) {
      for (let left = STEP; left > 0; left -= MIB) this.#read();
      [free, before] = [meminfo("MemFree"), free];
    }
  }

  #read(): void {
    if (this.#file.readSync(this.#buffer) === null) this.#file.seekSync(0, Deno.SeekMode.Start);
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
