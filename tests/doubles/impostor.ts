/**
 * A TLS 1.2 server that presents a certificate whose key it does not have, as anyone can who has
 * seen the certificate: its signature over the key exchange (RFC 5246 §7.4.3) is invalid.
 *
 * @module
 */

/** What a client did when it had seen that signature. */
export type Reaction = "believed" | "refused";

/** One server for one connection. */
export interface Impostor extends Disposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Settles with the client's next record. */
  readonly reaction: Promise<Reaction>;
}

const HANDSHAKE = 22;
const RANDOM = 7;

/** Starts it. @param pem The certificate to show. */
export function impostor(pem: string): Impostor {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const reaction = serve(listener, derOf(pem));
  reaction.catch(() => {});
  return { port: listener.addr.port, reaction, [Symbol.dispose]: () => listener.close() };
}

async function serve(listener: Deno.Listener, certificate: Uint8Array): Promise<Reaction> {
  using conn = await listener.accept();
  const hello = new Uint8Array(1 << 14);
  await conn.read(hello);
  await conn.write(flight(certificate));
  const answer = new Uint8Array(1);
  await conn.read(answer);
  return answer[0] === HANDSHAKE ? "believed" : "refused";
}

/** ServerHello, Certificate, ServerKeyExchange and ServerHelloDone. */
function flight(certificate: Uint8Array): Uint8Array {
  const random = Array(32).fill(RANDOM);
  // ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, no session, no compression.
  const hello = message(2, [3, 3, ...random, 0, 0xc0, 0x2b, 0]);
  const chain = [...length(certificate.length), ...certificate];
  const shown = message(11, [...length(chain.length), ...chain]);
  // x25519, and a signature by ecdsa_secp256r1_sha256 of the right form (two numbers 7).
  const signature = [0x30, 6, 2, 1, RANDOM, 2, 1, RANDOM];
  const exchange = [3, 0, 0x1d, 32, ...random, 4, 3, 0, signature.length, ...signature];
  const all = [hello, shown, message(12, exchange), message(14, [])].flat();
  return Uint8Array.from([HANDSHAKE, 3, 3, all.length >> 8, all.length & 255, ...all]);
}

function message(type: number, body: readonly number[]): number[] {
  return [type, ...length(body.length), ...body];
}

function length(bytes: number): number[] {
  return [bytes >> 16, (bytes >> 8) & 255, bytes & 255];
}

function derOf(pem: string): Uint8Array {
  const base64 = pem.replace(/-----[^-]+-----|\s/g, "");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
