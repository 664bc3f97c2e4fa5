/**
 * A thread that digests chunks. It runs without any permission: it only hashes bytes. It imports no
 * module of ours, because run from source that would need permission to read files.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { ChunkReply, ChunkRequest } from "@/seals/chunk_thread.ts";

const ZEROS = new Uint8Array(1 << 20);

let hash: Hash = createHash("sha256");

/** The worker's own side of the channel. The compiler's library only declares a window's. */
const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<ChunkRequest>) => void;
  postMessage(reply: ChunkReply, transfer: Transferable[]): void;
};

port.onmessage = ({ data: request }) => {
  switch (request.kind) {
    case "data": {
      const { bytes } = request;
      hash.update(bytes);
      const { buffer, length } = bytes;
      return port.postMessage({ kind: "done", buffer, length }, [buffer]);
    }
    case "zeros":
      return updateZeros(request.length);
    case "end": {
      const digest = new Uint8Array(hash.digest());
      hash = createHash("sha256");
      return port.postMessage({ kind: "digest", digest }, []);
    }
  }
};

function updateZeros(length: number): void {
  for (let left = length; left > 0; left -= ZEROS.length) {
    hash.update(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
  }
}
