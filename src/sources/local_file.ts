/**
 * A file of this host as a source: the target of `file` locations, and the input of `verify`.
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Files, InputFile } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { type OpenOptions, segmentTransfer, type Source, type Transfer } from "@/sources/source.ts";
import type { Segment } from "@/bytes/segment.ts";
import { waitFor } from "@/wait_for.ts";

/** The part of the file system that it uses. */
export type InputFiles = Pick<Files, "openInput">;

/** A regular file, read from beginning to end. */
export function localFile(files: InputFiles, path: string): Source {
  return {
    kind: "file",
    label: `file://${path}`,
    resumable: false,
    open: (options) => Promise.resolve(transfer(files, path, options)),
  };
}

/** A read that hangs on a dead network file system cannot be ended, only abandoned. */
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
    throw new ToolError("source_unavailable", `Cannot read '${path}': it is not a regular file`);
  }
  for (;;) {
    const room = buffers.take();
    const count = await untilAborted(file.read(room), signal);
    if (count === 0) return buffers.give(room.buffer);
    onTransferred(count);
    yield { kind: "data", bytes: room.subarray(0, count) };
  }
}

/** The file; if it opens after an abort, it is closed immediately. */
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
 * Reports errors of the source's storage, unless the signal comes first. A disk error here concerns
 * the source, not the cache: another source may still work.
 *
 * @throws {ToolError} `source_unavailable` instead of `io`; otherwise what `work` throws, or the
 * reason.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await waitFor(work, signal);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "io" || signal.aborted) throw error;
    throw new ToolError("source_unavailable", error.message, { cause: error });
  }
}
