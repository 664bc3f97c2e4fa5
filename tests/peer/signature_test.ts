/**
 * Signatures compared with cursive, the library that Glance and nova verify with: the verdicts are
 * the same except for the differences that are named here, and each of these occurs.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { peerTest, peerVersion, pythonMinor, runPython } from "./peer.ts";
import { checkCost, type Vector, type Vectors, verdict } from "./signature_vectors.ts";

/** A difference from cursive that is meant. */
interface Difference {
  readonly why: string;
  /** Whether we accept, and cursive refuses; it is the other way round if absent. */
  readonly accepted?: true;
  /** The version of a Python package from which on it is none any more. */
  readonly until?: readonly [name: "cryptography" | "python", version: number];
  readonly applies: (vector: Vector) => boolean;
}

const DIFFERENCES: readonly Difference[] = [
  {
    why: "the curve of the key must be the one that the key type names",
    applies: ({ kind, properties, key }) =>
      /^(another curve, )?key type named/.test(kind) && properties.keyType.startsWith("ECC_SECP") &&
      key !== properties.keyType,
  },
  {
    why: "binary curves are refused: cryptography removed them after CVE-2026-26007",
    until: ["cryptography", 49],
    applies: ({ properties }) => properties.keyType.startsWith("ECC_SECT"),
  },
  {
    why: "a salt of any length is accepted; cryptography before 43 takes the longest alone",
    accepted: true,
    until: ["cryptography", 43],
    applies: ({ kind }) => /^(no salt|salt .*)$/.test(kind),
  },
  {
    why: "data after the padding is refused; Python before 3.13 leaves it out",
    until: ["python", 3.13],
    applies: ({ kind }) => kind === "base64: junk after the padding",
  },
];

async function differencesHere(): Promise<readonly Difference[]> {
  const versions = { cryptography: await peerVersion("cryptography"), python: await pythonMinor() };
  return DIFFERENCES.filter(({ until }) => until === undefined || versions[until[0]] < until[1]);
}

peerTest(
  "verifySignature decides as cursive does, except for named differences",
  { modules: ["cursive", "castellan"] },
  async () => {
    const { certificates, vectors } = await runPython("signature_vectors.py") as Vectors;
    const differences = await differencesHere();
    const seen = new Set<Difference>();
    for (const vector of vectors) {
      const ours = verdict(vector, certificates);
      if ((ours === "ok") === (vector.cursive === "ok")) continue;
      const difference = differences.find(({ applies }) => applies(vector));
      assert(
        difference !== undefined && (ours === "ok") === (difference.accepted ?? false),
        `ours: ${ours}\n${JSON.stringify({ vector, pem: certificates[vector.key] })}`,
      );
      seen.add(difference);
    }
    assertEquals(differences.filter((one) => !seen.has(one)), [], "a difference that is none");
    assert(vectors.length >= 1000, `${vectors.length} vectors`);
    assert(vectors.filter(({ cursive }) => cursive === "ok").length >= 100, "too few good ones");
    checkHints(vectors, certificates);
    const costly = ["RSA 3072", "RSA 2048 e=3", "DSA 3072/256", "P-384", "P-521"];
    const measured = vectors.filter(({ key, kind }) => kind === "good" && costly.includes(key));
    assertEquals(measured.length, 4 * costly.length);
    for (const vector of measured) checkCost(vector, certificates, 50);
  },
);

/** The mistake that people make is told apart from a manipulation. */
function checkHints(vectors: readonly Vector[], certificates: Vectors["certificates"]): void {
  const found = vectors.filter(({ kind, key }) =>
    kind === "PKCS#1 v1.5" && /^RSA (1024|2049)$/.test(key)
  );
  assertEquals(found.length, 8);
  for (const vector of found) assertStringIncludes(verdict(vector, certificates), "PKCS#1 v1.5");
}
