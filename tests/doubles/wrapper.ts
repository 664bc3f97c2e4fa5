/**
 * Shell scripts in place of a program, as operators write them around a container, and the
 * processes that they start and leave behind.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import { systemClock } from "@/system/clock.ts";

/** A clock whose every second is a hundredth of one, for real children and their grace. */
export const quickClock: Pick<Clock, "monotonic" | "sleep"> = {
  monotonic: () => systemClock.monotonic(),
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

/** A directory of scripts. What they note in `$LEFT` is ended with it. */
export class Wrappers implements AsyncDisposable {
  /** The directory. */
  readonly directory: string = Deno.makeTempDirSync();
  readonly #left = `${this.directory}/left`;

  /** Makes a script and returns its path. */
  write(name: string, text: string): string {
    const path = `${this.directory}/${name}`;
    Deno.writeTextFileSync(path, `#!/bin/sh\nLEFT=${this.#left}\n${text}\n`, { mode: 0o755 });
    return path;
  }

  /** Whether something that a script has noted runs. */
  get isAnythingLeft(): boolean {
    return this.#pids().some((pid) => {
      try {
        return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
      } catch {
        return false;
      }
    });
  }

  /** Ends what is left, and removes the directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.#pids()) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    await Deno.remove(this.directory, { recursive: true });
  }

  #pids(): readonly number[] {
    try {
      return Deno.readTextFileSync(this.#left).split("\n").filter((pid) => pid !== "").map(Number);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }
}
