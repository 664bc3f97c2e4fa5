/**
 * The hasher's thread. It runs without any permission: it only hashes bytes.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import type { HashReply, HashRequest } from "@/bytes/hash_protocol.ts";

const ZEROS = new Uint8Array(1 << 20);
const hashes = new Map<string, Hash>();

/**
 * The worker's own side of the channel. Run from source, it may not load any other module of ours.
 */
const port = globalThis as unknown as {
  onmessage: (event: MessageEvent<HashRequest>) => void;
  postMessage(reply: HashReply, transfer: Transferable[]): void;
};

port.onmessage = ({ data: request }) => {
  switch (request.kind) {
    case "start":
      for (const algorithm of request.algorithms) hashes.set(algorithm, createHash(algorithm));
      break;
    case "data":
      update(request.bytes);
      reply(request.bytes.length, request.bytes.buffer);
      break;
    case "hole":
      updateZeros(request.length);
      reply(request.length, null);
      break;
    case "end":
      port.postMessage({ kind: "digests", digests: digests() }, []);
      break;
  }
};

function reply(length: number, buffer: ArrayBuffer | null): void {
  port.postMessage({ kind: "done", length, buffer }, buffer === null ? [] : [buffer]);
}

function update(bytes: Uint8Array): void {
  for (const hash of hashes.values()) hash.update(bytes);
}

function updateZeros(length: number): void {
  for (let left = length; left > 0; left -= ZEROS.length) {
    update(left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS);
  }
}

function digests(): Map<string, Uint8Array> {
  return new Map([...hashes].map(([name, hash]) => [name, new Uint8Array(hash.digest())]));
}
