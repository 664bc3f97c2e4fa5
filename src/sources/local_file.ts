/**
 * A file of this host as a source: what `file` locations lead to, and what `verify` reads.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Files, InputFile } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { OpenOptions, Source, Transfer } from "@/sources/source.ts";
import { segmentTransfer } from "@/sources/segment_transfer.ts";
import { type Segment, SEGMENT_SIZE } from "@/bytes/segment.ts";
import { waitFor } from "@/wait_for.ts";

/** The part of the file system that it uses. */
export type InputFiles = Pick<Files, "openInput">;

/** A regular file, read from its beginning to its end. */
export function localFile(files: InputFiles, path: string): Source {
  return {
    kind: "file",
    label: `file://${path}`,
    resumable: false,
    open: (options) => Promise.resolve(transfer(files, path, options)),
  };
}

/** What hangs on a dead share cannot be ended, only left: the release makes the reader leave. */
function transfer(files: InputFiles, path: string, options: OpenOptions): Transfer {
  const left = new AbortController();
  const signal = anySignal(options.signal, left.signal);
  return segmentTransfer(segments(files, path, { ...options, signal }), () => {
    left.abort();
    return Promise.resolve();
  });
}

async function* segments(
  files: InputFiles,
  path: string,
  { buffers, onTransferred, signal }: OpenOptions,
): AsyncGenerator<Segment> {
  using file = await opened(files, path, signal);
  if (!await untilAborted(file.isRegular(), signal)) {
    throw new ToolError("source_unavailable", `Cannot read '${path}': it is no regular file`);
  }
  for (;;) {
    const buffer = buffers.take();
    const view = new Uint8Array(buffer, 0, SEGMENT_SIZE);
    const count = await untilAborted(file.read(view), signal);
    if (count === 0) return buffers.give(buffer);
    onTransferred(count);
    yield { kind: "data", bytes: new Uint8Array(buffer, 0, count) };
  }
}

/** The file; one that opens when nobody waits any more is closed at once. */
async function opened(files: InputFiles, path: string, signal: AbortSignal): Promise<InputFile> {
  const opening = files.openInput(path);
  try {
    return await untilAborted(opening, signal);
  } catch (error) {
    opening.then((late) => late[Symbol.dispose](), () => {});
    throw error;
  }
}

/**
 * What the storage of a source says, unless the signal comes first. A disk error there is the
 * source's, not the cache's: another source may still serve.
 *
 * @throws {ToolError} `source_unavailable` in place of `io`; else what `work` throws, or the reason.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await waitFor(work, signal);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "io" || signal.aborted) throw error;
    throw new ToolError("source_unavailable", error.message, { cause: error });
  }
}
