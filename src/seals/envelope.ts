/**
 * DSSE, the envelope of in-toto and sigstore: a payload, its type, and signatures over both (DSSE 1.0,
 * `envelope.md` and `protocol.md` of secure-systems-lab/dsse).
 *
 * @module
 */
import {
  canonicalJson,
  decodeStrictBase64,
  fieldsOf,
  listOf,
  textOf,
} from "@/seals/strict_json.ts";
import { EncodingError } from "@/signatures/encoding_error.ts";

/** Type of a seal's payload. */
const SEAL_TYPE = "application/vnd.glance-direct.seal.v1+json";

/** Maximum number of signatures that are checked: an old and a new key during a rotation. */
const MOST_SIGNATURES = 8;

/** A signature, and the signer's name for the key: only a hint, and empty if there is none. */
export type EnvelopeSignature = { readonly keyid: string; readonly sig: Uint8Array<ArrayBuffer> };

/** An envelope with at least one signature; nothing in it is verified. */
export type Envelope = {
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly signatures: readonly EnvelopeSignature[];
};

/** The bytes that are signed: type and payload, each with its length (PAE). */
export function signedBytes(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(
    `DSSEv1 ${SEAL_TYPE.length} ${SEAL_TYPE} ${payload.length} `,
  );
  const all = new Uint8Array(head.length + payload.length);
  all.set(head);
  all.set(payload, head.length);
  return all;
}

/** An envelope as text, with a trailing newline. */
export function writeEnvelope({ payload, signatures }: Envelope): string {
  const json = JSON.stringify({
    payloadType: SEAL_TYPE,
    payload: payload.toBase64(),
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: sig.toBase64() })),
  });
  return `${json}\n`;
}

/**
 * Reads an envelope. It must be exactly as {@linkcode writeEnvelope} writes it, so that no field
 * can occur twice and one envelope has one text. The trailing newline may be missing.
 *
 * @param text The caller limits its length.
 * @throws {EncodingError} If it is anything else.
 */
export function readEnvelope(text: string): Envelope {
  const envelope = canonicalJson(text, (json) => {
    const fields = fieldsOf(json, ["payloadType", "payload", "signatures"]);
    if (fields.payloadType !== SEAL_TYPE) {
      throw new EncodingError("it is not a seal of this version");
    }
    return {
      payload: decodeStrictBase64(textOf(fields.payload)),
      signatures: listOf(fields.signatures).slice(0, MOST_SIGNATURES).map(signatureOf),
    };
  }, (value) => writeEnvelope(value).trimEnd());
  if (envelope.signatures.length === 0) throw new EncodingError("it has no signature");
  return envelope;
}

function signatureOf(json: unknown): EnvelopeSignature {
  const { keyid, sig } = fieldsOf(json, ["keyid", "sig"]);
  return { keyid: textOf(keyid), sig: decodeStrictBase64(textOf(sig)) };
}
