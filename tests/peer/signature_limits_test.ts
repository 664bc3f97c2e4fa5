/**
 * The largest keys that OpenSSL supports, and so cursive: they are accepted here too, larger ones
 * are refused, and even these do not take long.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { assertEquals } from "@std/assert";
import { peerTest, runPython } from "./peer.ts";
import { bestTime, checkCost, type Vectors, verdict } from "./signature_vectors.ts";

/**
 * Only somebody who wants to keep the host busy makes such keys. The bound is a piece of the image's
 * own hash, in the same run: it means the same on a slow or busy machine. Measured: a quarter to two
 * fifths of it.
 */
const HASHED_MIB = 64;

/** Milliseconds that SHA-512 takes for so many MiB. */
function hashTime(mebibytes: number): number {
  const piece = new Uint8Array(1 << 20);
  return bestTime(() => {
    const hash = createHash("sha512");
    for (let done = 0; done < mebibytes; done++) hash.update(piece);
    hash.digest();
  });
}

peerTest(
  "verifySignature takes keys as large as cursive does, faster than 64 MiB are hashed, and none that is larger",
  { modules: ["cursive", "castellan"] },
  async () => {
    const { certificates, vectors } = await runPython("signature_limits.py") as Vectors;
    const most = hashTime(HASHED_MIB);
    for (const vector of vectors) {
      const ours = verdict(vector, certificates);
      assertEquals(
        ours === "ok",
        vector.cursive === "ok",
        `${vector.key}, ${vector.kind}: ${ours}`,
      );
      checkCost(vector, certificates, most);
    }
    assertEquals(
      vectors.filter(({ cursive }) => cursive === "ok").map(({ key, kind }) => `${key}, ${kind}`),
      [
        "RSA 3072, e of 3072, good",
        "RSA 3072, e of 65, good",
        "RSA 3073, e of 64, good",
        "RSA 16384, e of 64, good",
        "DSA 10000, good",
      ],
    );
  },
);
