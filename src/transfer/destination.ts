/**
 * Where an image goes: into a file that appears when it is verified, or to standard output.
 *
 * @module
 */
import { Ingest, type Publication } from "@/cache/ingest.ts";
import type { Context, Terminal } from "@/context.ts";
import { sparseFile } from "@/bytes/sparse_file.ts";
import type { Stage } from "@/bytes/stage.ts";
import { WriteBehind } from "@/bytes/write_behind.ts";

/** What has its name now. */
export interface Committed {
  /** Whether it is ours; false when another one had the name first. */
  readonly published: boolean;
  /** Bytes of disk that it takes. */
  readonly allocated: number;
  /** Its length in bytes, where that is not the image's. */
  readonly length?: number;
}

/** Something that can be written once from its beginning. */
export interface Output extends Disposable {
  /** The stage that writes what passes. */
  readonly writer: Stage;
  /** Writes all down to the disk; overlaps with the last of the hashing. */
  flush(): void;
  /**
   * Gives the verified content its name.
   *
   * @param virtualSize Bytes of the disk inside, as the content says; `null` if it does not.
   */
  commit(signal: AbortSignal, virtualSize: number | null): Promise<Committed>;
}

/** Makes outputs, one for each attempt. */
export interface Destination {
  /** What results call it. */
  readonly path: string;
  /** Whether another attempt may begin: nothing that cannot be taken back has left yet. */
  readonly restartable: boolean;
  /** Starts anew. @throws {ToolError} `cannot_create` or `no_space`. */
  begin(): Promise<Output>;
}

/** A file that appears whole and verified, or not at all. */
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

/** Nowhere: for bytes that are only looked at. @param path What results call it. */
export function noDestination(path: string): Destination {
  return {
    path,
    restartable: true,
    begin: () => Promise.resolve(unnamed({ take: () => {} })),
  };
}

/**
 * Standard output. Bytes are gone once they are written, so the verdict comes as the exit status and
 * no second source is tried after the first byte.
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

/** An output that has no name to be given, and takes no disk. */
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
