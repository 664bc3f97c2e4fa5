/**
 * Parsers of certificates and signatures.
 *
 * @module
 */
import { readEnvelope } from "@/seals/envelope.ts";
import { readPublicKey } from "@/seals/key.ts";
import { readStatement } from "@/seals/statement.ts";
import { decodeBase64, decodePem } from "@/signatures/pem.ts";
import { DerReader } from "@/signatures/der.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";
import { readSignaturePair } from "@/signatures/dsa_ecdsa.ts";
import { readSignatureProperties } from "@/signatures/properties.ts";
import { parseCertificate } from "@/signatures/certificate.ts";
import { DSA, DSA_SIGNER, EC_SIGNER, ECDSA, ROOT, RSA_SIGNER } from "../unit/signatures/samples.ts";
import { bytesOf, ID, type Parser, textOf } from "./parser.ts";
import * as samples from "./samples.ts";

/** Opens every element, as deep as they go. */
function walk(reader: DerReader): void {
  while (!reader.atEnd) {
    const { content, tag } = reader.any();
    if ((tag & 0x20) !== 0) walk(new DerReader(content));
  }
}

/** Bytes of a base64 text of PEM. */
const derOf = (pem: string) => atob(pem.replace(/-----[^-]+-----|\s/g, ""));

function pemOf(der: string): string {
  return `-----BEGIN CERTIFICATE-----\n${btoa(textOf(bytesOf(der)))}\n-----END CERTIFICATE-----\n`;
}

/** Those of what decides whom to believe. */
export const TRUST_PARSERS: readonly Parser[] = [
  {
    name: "DER",
    parse: (text) => walk(new DerReader(bytesOf(text))),
    samples: [ROOT, RSA_SIGNER, EC_SIGNER, DSA_SIGNER].map(derOf),
    words: ["\x30\x80", "\x30\x84\xff\xff\xff\xff", "\x02\x01", "\x1f\xff", "\x30\x82"],
    binary: true,
    refusal: EncodingError,
  },
  {
    name: "PEM",
    parse: decodePem,
    samples: [ROOT, RSA_SIGNER],
    words: ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "-----", "==", " "],
    worst: [samples.BLANK_PEM],
    refusal: EncodingError,
  },
  {
    name: "X.509 in PEM",
    parse: (text) => parseCertificate(text, "secret"),
    samples: [ROOT, RSA_SIGNER, EC_SIGNER, DSA_SIGNER],
    words: ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "AAAA", "MII", "=", " "],
  },
  {
    name: "X.509 in DER",
    parse: (text) => parseCertificate(pemOf(text), "secret"),
    samples: [ROOT, RSA_SIGNER, EC_SIGNER, DSA_SIGNER].map(derOf),
    words: ["\x30\x82", "\x06\x03\x55\x1d\x13", "\x17\x0d", "\x03\x02\0", "\xa3", "\x01\x01\xff"],
    binary: true,
  },
  {
    name: "base64",
    parse: decodeBase64,
    samples: ["aGVsbG8gd29ybGQ=", "AAECAwQ="],
    words: ["=", "==", "\n", "-", "_", "+/"],
  },
  {
    name: "signature properties",
    parse: (text) => {
      const [signature = "", hash = "", keyType = "", certificate = ""] = text.split("|");
      return readSignatureProperties({
        id: ID,
        properties: {
          img_signature: signature,
          img_signature_hash_method: hash,
          img_signature_key_type: keyType,
          img_signature_certificate_uuid: certificate,
        },
      });
    },
    samples: [`aGVsbG8gd29ybGQ=|SHA-256|RSA-PSS|${ID}`, `AAEC|SHA-512|ECC_SECP384R1|${ID}`],
    words: ["|", "SHA-224", "DSA", "ECC_SECT571K1", "../", "%2e"],
  },
  {
    name: "signature of two numbers",
    parse: (text) => readSignaturePair(bytesOf(text), 1n << 384n),
    samples: [DSA, ECDSA].map(atob),
    words: ["\x30", "\x02", "\x02\x01\0", "\x30\x81", "\0"],
    binary: true,
    refusal: EncodingError,
  },
  {
    name: "envelope of a seal",
    parse: readEnvelope,
    samples: [samples.SEAL],
    words: samples.JSON_WORDS.concat(['"payload":', '"keyid":', '"sig":', "AAAA", "=", "\n"]),
    worst: [samples.DEEP_JSON],
    refusal: EncodingError,
  },
  {
    name: "statement of a seal",
    parse: (text) => readStatement(new TextEncoder().encode(text)),
    samples: [samples.STATEMENT],
    words: samples.JSON_WORDS.concat([
      '"chunks":[',
      '"chunk_size":4194304',
      '"size":4194304000000000',
      "9007199254740991",
      "AAAA",
      "=",
    ]),
    worst: [samples.DEEP_JSON, samples.HUGE_STATEMENT],
    refusal: EncodingError,
  },
  {
    name: "public key of seals",
    parse: readPublicKey,
    samples: [samples.PUBLIC_KEY],
    words: ["-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "MCow", "=", "\n"],
    refusal: EncodingError,
  },
];
