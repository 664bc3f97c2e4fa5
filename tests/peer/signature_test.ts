/**
 * Signatures against cursive, the library that Glance and nova verify with: the verdicts are the same
 * but for the differences that are named here, and each of them happens.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { peerTest, runPython } from "./peer.ts";
import { checkCost, type Vector, type Vectors, verdict } from "./signature_vectors.ts";

/** Why we refuse what cursive accepts; there is nothing that we accept and cursive refuses. */
const DIFFERENCES: Readonly<Record<string, (vector: Vector) => boolean>> = {
  "the curve of the key must be the one that the key type names": ({ kind, properties, key }) =>
    /^(another curve, )?key type named/.test(kind) && properties.keyType.startsWith("ECC_SECP") &&
    key !== properties.keyType,
  "binary curves are refused: cryptography removed them after CVE-2026-26007": ({ properties }) =>
    properties.keyType.startsWith("ECC_SECT"),
};

function named(vector: Vector): string | undefined {
  return Object.keys(DIFFERENCES).find((name) => DIFFERENCES[name]?.(vector));
}

peerTest(
  "verifySignature decides as cursive does, but for named differences",
  { modules: ["cursive", "castellan"] },
  async () => {
    const { certificates, vectors } = await runPython("signature_vectors.py") as Vectors;
    const seen = new Set<string>();
    for (const vector of vectors) {
      const ours = verdict(vector, certificates);
      if ((ours === "ok") === (vector.cursive === "ok")) continue;
      const difference = named(vector);
      assert(
        difference !== undefined && ours !== "ok",
        `ours: ${ours}\n${JSON.stringify({ vector, pem: certificates[vector.key] })}`,
      );
      seen.add(difference);
    }
    assertEquals([...seen].toSorted(), Object.keys(DIFFERENCES).toSorted());
    assert(vectors.length >= 1000, `${vectors.length} vectors`);
    assert(vectors.filter(({ cursive }) => cursive === "ok").length >= 100, "too few good ones");
    checkHints(vectors, certificates);
    const costly = ["RSA 3072", "RSA 2048 e=3", "DSA 3072/256", "P-384", "P-521"];
    const measured = vectors.filter(({ key, kind }) => kind === "good" && costly.includes(key));
    assertEquals(measured.length, 4 * costly.length);
    for (const vector of measured) checkCost(vector, certificates);
  },
);

/** The mistakes that people make are told apart from a manipulation. */
function checkHints(vectors: readonly Vector[], certificates: Vectors["certificates"]): void {
  const expected = { "salt as long as the digest": "its salt has", "PKCS#1 v1.5": "PKCS#1 v1.5" };
  for (const [kind, said] of Object.entries(expected)) {
    const found = vectors.filter((one) => one.kind === kind && /^RSA (1024|2049)$/.test(one.key));
    assertEquals(found.length, 8);
    for (const vector of found) {
      // RSA-1024 has just enough room for a salt of SHA-512's length.
      const ours = verdict(vector, certificates);
      assert(ours === "ok" || ours.includes(said), `${kind}: ${ours}`);
    }
  }
}
