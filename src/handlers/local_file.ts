/**
 * A file of this host as a source: what `file` locations lead to, and what `verify` reads.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { OpenOptions, Source } from "@/handlers/handler.ts";
import { segmentTransfer } from "@/handlers/segment_transfer.ts";
import { type Segment, SEGMENT_SIZE } from "@/stream/segment.ts";

/** A regular file, read from its beginning to its end. */
export function localFile(files: Pick<Files, "open">, path: string): Source {
  return {
    kind: "file",
    label: `file://${path}`,
    resumable: false,
    open: (options) =>
      Promise.resolve(segmentTransfer(segments(files, path, options), () => Promise.resolve())),
  };
}

async function* segments(
  files: Pick<Files, "open">,
  path: string,
  { buffers, onTransferred, signal }: OpenOptions,
): AsyncGenerator<Segment> {
  using file = asSource(() => files.open(path));
  if (!file.stat().isFile) {
    throw new ToolError("source_unavailable", `Cannot read '${path}': it is no regular file`);
  }
  for (let position = 0;;) {
    throwIfAborted(signal);
    const buffer = buffers.take();
    const view = new Uint8Array(buffer, 0, SEGMENT_SIZE);
    const count = asSource(() => file.readAt(view, position));
    if (count === 0) return buffers.give(buffer);
    position += count;
    onTransferred(count);
    yield { kind: "data", bytes: new Uint8Array(buffer, 0, count) };
  }
}

/** A disk error of the store is the source's, not the cache's: another source may still serve. */
export function asSource<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "io") throw error;
    throw new ToolError("source_unavailable", error.message, { cause: error });
  }
}
