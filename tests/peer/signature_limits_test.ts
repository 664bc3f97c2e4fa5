/**
 * The largest keys that OpenSSL computes with, and so cursive: they are taken here too, those beyond are
 * refused, and even they do not take long.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { peerTest, runPython } from "./peer.ts";
import { checkCost, type Vectors, verdict } from "./signature_vectors.ts";

/** Milliseconds for keys that only somebody makes who wants to keep the host busy; usual ones take 1. */
const MOST = 200;

peerTest(
  "verifySignature takes keys as large as cursive does, in at most 0.2 s, and none that is larger",
  { modules: ["cursive", "castellan"] },
  async () => {
    const { certificates, vectors } = await runPython("signature_limits.py") as Vectors;
    for (const vector of vectors) {
      const ours = verdict(vector, certificates);
      assertEquals(
        ours === "ok",
        vector.cursive === "ok",
        `${vector.key}, ${vector.kind}: ${ours}`,
      );
      checkCost(vector, certificates, MOST);
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
