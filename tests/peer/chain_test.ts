/**
 * Chains of certificates compared with cursive: the verdicts are the same except for the
 * differences that are named here, and each of these occurs.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { ToolError } from "@/errors.ts";
import type { CertificateStore } from "@/openstack/barbican/client.ts";
import { certificateSource } from "@/signatures/certificate_source.ts";
import { planSignature } from "@/signatures/policy.ts";
import { peerTest, peerVersion, runPython } from "./peer.ts";

interface Case {
  readonly name: string;
  readonly certificates: Readonly<Record<string, string>>;
  readonly trusted: readonly string[];
  readonly now: number;
  readonly cursive: string;
}

interface Difference {
  readonly why: string;
  /** Our verdict; cursive's is another. */
  readonly ours: "accepted" | "refused";
  readonly cases: readonly string[];
  /** The version of a package from which on it is none any more. */
  readonly until?: readonly [name: "cryptography" | "cursive", version: number];
}

const DIFFERENCES: readonly Difference[] = [
  {
    why: "an authority without a path length has no limit, as in cursive 0.3; 0.2.3 crashes",
    ours: "accepted",
    cases: [
      "no path length in the intermediate",
      "path length None, nothing between",
      "path length None, one between",
      "path length None, two between",
    ],
    until: ["cursive", 0.03],
  },
  {
    why: "a malformed certificate in the list is left out, as a missing one is; cursive crashes",
    ours: "accepted",
    cases: ["malformed certificate in the list, not needed"],
  },
  {
    why: "decipherOnly without keyAgreement means nothing; cryptography crashes",
    ours: "accepted",
    cases: ["keyUsage of nine bits"],
  },
  {
    why: "blanks in a PEM text are skipped, as RFC 7468 recommends; cryptography 38 crashes",
    ours: "accepted",
    cases: ["PEM: blanks in the lines"],
    until: ["cryptography", 43],
  },
  {
    why: "authorities on curves that nobody else verifies with are of no use",
    ours: "refused",
    cases: ["issued by secp256k1", "issued by brainpoolP384r1"],
  },
  {
    why: "binary curves are refused: cryptography removed them after CVE-2026-26007",
    ours: "refused",
    cases: ["issued by sect571r1"],
    until: ["cryptography", 49],
  },
  {
    why: "MD5 is no signature",
    ours: "refused",
    cases: ["issued by RSA over MD5"],
  },
  {
    why: "the algorithm that is named must be of the kind of the issuer's key",
    ours: "refused",
    cases: ["RSA over what is labelled ECDSA", "ECDSA over what is labelled RSA"],
  },
  {
    why: "RFC 5280 or RFC 7468 forbids it, and cryptography does not look",
    ours: "refused",
    cases: [
      "inner and outer algorithm differ",
      "version 1 with extensions",
      "extensions empty",
      "extension twice in the leaf",
      "name: OCTET STRING",
    ],
  },
  {
    why: "ECDSA has no parameters (RFC 5758); cryptography 38 and 43 only warn",
    ours: "refused",
    cases: [
      "NULL as the parameters of both",
      "NULL as the parameters of the outer algorithm only",
    ],
    until: ["cryptography", 49],
  },
  {
    why: "base64 without its padding is none; cryptography 38 does not look",
    ours: "refused",
    cases: ["PEM: padding missing"],
    until: ["cryptography", 43],
  },
];

/** Well formed for every P-384 key, and valid for none: the chain is what decides. */
const SIGNED = {
  img_signature: "MAYCAQECAQE=",
  img_signature_hash_method: "SHA-256",
  img_signature_key_type: "ECC_SECP384R1",
  img_signature_certificate_uuid: "signer",
};

/** `accepted`, or the message of the refusal. Anything but a {@linkcode ToolError} fails. */
async function verdict({ certificates, trusted, now }: Case): Promise<string> {
  const store: CertificateStore = {
    label: "the test",
    find: (id) =>
      Promise.resolve(certificates[id]).then((pem) =>
        pem === undefined ? null : { pem, origin: `'${id}'` }
      ),
  };
  try {
    await planSignature({
      image: { id: "image", properties: SIGNED },
      policy: { required: true, trusted, chainRequired: true },
      certificates: certificateSource([store]),
      clock: { now: () => now },
      log: () => {},
      signal: new AbortController().signal,
    });
    return "accepted";
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.message;
  }
}

peerTest(
  "verifyChain decides as cursive does, except for named differences",
  { modules: ["cursive", "castellan"] },
  async () => {
    const cases = await runPython("chain_vectors.py") as readonly Case[];
    const versions = {
      cryptography: await peerVersion("cryptography"),
      cursive: await peerVersion("cursive"),
    };
    const differences = DIFFERENCES.filter(({ until }) =>
      until === undefined || versions[until[0]] < until[1]
    );
    const seen: string[] = [];
    for (const one of cases) {
      const ours = await verdict(one);
      const isAccepted = ours === "accepted";
      if (isAccepted === (one.cursive === "ok")) continue;
      const difference = differences.find(({ cases }) => cases.includes(one.name));
      const expected = difference?.ours === "accepted";
      assert(
        difference !== undefined && isAccepted === expected,
        `ours: ${ours}\n${JSON.stringify(one)}`,
      );
      seen.push(one.name);
    }
    assertEquals(seen.toSorted(), differences.flatMap(({ cases }) => cases).toSorted());
    assert(cases.length >= 240, `${cases.length} cases`);
    assert(cases.filter(({ cursive }) => cursive === "ok").length >= 100, "too few good ones");
  },
);
