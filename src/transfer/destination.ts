/**
 * The target of an image: a file that gets its name when it is verified, or standard output.
 *
 * @module
 */
import { Ingest, type Publication } from "@/cache/ingest.ts";
import type { Context, Terminal } from "@/context.ts";
import { sparseFile } from "@/bytes/sparse_file.ts";
import type { Stage } from "@/bytes/stage.ts";
import { WriteBehind } from "@/bytes/write_behind.ts";

/** The published file. */
export interface Committed {
  /** Whether it is ours; false when another process published the name first. */
  readonly published: boolean;
  /** Bytes that it takes on disk. */
  readonly allocated: number;
  /** Its length in bytes, if it differs from the image's. */
  readonly length?: number;
}

/** An output that is written once, from its beginning. */
export interface Output extends Disposable {
  /** The stage that writes passing segments. */
  readonly writer: Stage;
  /** Flushes all data to the disk; overlaps with the last of the hashing. */
  flush(): void;
  /**
   * Publishes the verified content under its name.
   *
   * @param virtualSize Virtual size in bytes from the content; `null` if it has none.
   */
  commit(signal: AbortSignal, virtualSize: number | null): Promise<Committed>;
}

/** Creates outputs, one for each attempt. */
export interface Destination {
  /** Its name in results. */
  readonly path: string;
  /** Whether another attempt may begin: no data that cannot be withdrawn has been written yet. */
  readonly restartable: boolean;
  /** Begins a new output. @throws {ToolError} `cannot_create` or `no_space`. */
  begin(): Promise<Output>;
}

/** A file that appears complete and verified, or not at all. */
export function fileDestination(
  outside: Pick<Context, "files" | "identity" | "log">,
  publication: Publication,
): Destination {
  return {
    path: publication.path,
    restartable: true,
    async begin() {
      const ingest = await Ingest.begin(outside, publication);
      const behind = new WriteBehind(ingest.file);
      const onWritten = (bytes: number) => {
        ingest.guard.wrote(bytes);
        behind.wrote(bytes);
      };
      return {
        writer: sparseFile(ingest.file, onWritten),
        flush: () => ingest.file.sync(),
        commit() {
          const { allocated } = ingest.file.stat();
          return Promise.resolve({ published: ingest.commit(), allocated });
        },
        [Symbol.dispose]: () => ingest[Symbol.dispose](),
      };
    },
  };
}

/** No output, for bytes that are only verified. @param path Its name in results. */
export function noDestination(path: string): Destination {
  return {
    path,
    restartable: true,
    begin: () => Promise.resolve(unnamed({ take: () => {} })),
  };
}

/**
 * Standard output. Bytes cannot be withdrawn once they are written, so the exit status reports the
 * verdict, and no second source is tried after the first byte.
 */
export function outputDestination(terminal: Pick<Terminal, "outBytes">): Destination {
  let isUsed = false;
  const write = (bytes: Uint8Array) => {
    isUsed = true;
    terminal.outBytes(bytes);
  };
  return {
    path: "-",
    get restartable() {
      return !isUsed;
    },
    begin: () => Promise.resolve(unnamed(outputWriter(write))),
  };
}

/** An output without a name and without disk space. */
function unnamed(writer: Stage): Output {
  return {
    writer,
    flush: () => {},
    commit: () => Promise.resolve({ published: true, allocated: 0 }),
    [Symbol.dispose]: () => {},
  };
}

const ZEROS = new Uint8Array(1 << 16);

function outputWriter(write: (bytes: Uint8Array) => void): Stage {
  return {
    take(segment) {
      if (segment.kind === "data") write(segment.bytes);
      else writeZeros(write, segment.length);
    },
  };
}

function writeZeros(write: (bytes: Uint8Array) => void, length: number): void {
  for (let left = length; left > 0; left -= ZEROS.length) {
    write(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
  }
}
