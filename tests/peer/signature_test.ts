/**
 * Signatures against cursive, the library that Glance and nova verify with: the verdicts are the same
 * but for the differences that are named here, and each of them happens.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { type SignaturePlan, signaturePlan, verifySignature } from "@/verify/signature.ts";
import { readSignatureProperties } from "@/verify/signature_properties.ts";
import { parseCertificate } from "@/verify/x509.ts";
import { peerTest, runPython } from "./peer.ts";

interface Vector {
  readonly key: string;
  readonly kind: string;
  readonly properties: {
    readonly certificate: string;
    readonly hash: string;
    readonly signature: string;
    readonly keyType: string;
  };
  readonly digest: string;
  readonly cursive: string;
}

interface Vectors {
  readonly certificates: Readonly<Record<string, string>>;
  readonly vectors: readonly Vector[];
}

/** Why we refuse what cursive accepts; there is nothing that we accept and cursive refuses. */
const DIFFERENCES: Readonly<Record<string, (vector: Vector) => boolean>> = {
  "the curve of the key must be the one that the key type names": ({ kind, properties, key }) =>
    /^(another curve, )?key type named/.test(kind) && properties.keyType.startsWith("ECC_SECP") &&
    key !== properties.keyType,
  "binary curves are refused: cryptography removed them after CVE-2026-26007": ({ properties }) =>
    properties.keyType.startsWith("ECC_SECT"),
};

function planOf(vector: Vector, certificates: Vectors["certificates"]): SignaturePlan {
  const { certificate, hash, keyType, signature } = vector.properties;
  const properties = readSignatureProperties({
    id: "image",
    properties: {
      img_signature: signature,
      img_signature_hash_method: hash,
      img_signature_key_type: keyType,
      img_signature_certificate_uuid: certificate,
    },
  });
  const pem = parseCertificate(certificates[certificate] ?? "", certificate);
  return signaturePlan("image", properties, pem, false);
}

/** `ok`, or the message of the refusal. Anything but a {@linkcode ToolError} is a bug and fails. */
function verdict(vector: Vector, certificates: Vectors["certificates"]): string {
  try {
    verifySignature(planOf(vector, certificates), Uint8Array.fromHex(vector.digest));
    return "ok";
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.message;
  }
}

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
    measure(vectors, certificates);
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

/** A verification costs at most 50 ms: the best of five, for other work shares the machine. */
function measure(vectors: readonly Vector[], certificates: Vectors["certificates"]): void {
  for (const key of ["RSA 3072", "RSA 2048 e=3", "DSA 3072/256", "P-384", "P-521"]) {
    const vector = vectors.find((one) => one.key === key && one.kind === "good");
    assert(vector !== undefined);
    const plan = planOf(vector, certificates);
    const digest = Uint8Array.fromHex(vector.digest);
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      verifySignature(plan, digest);
      return performance.now() - started;
    });
    const best = Math.min(...times);
    assert(best <= 50, `${key}: ${best} ms`);
  }
}
