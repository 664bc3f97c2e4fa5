/**
 * Certificates for HTTPS: the trusted authorities and the client certificate, read from PEM files.
 * They are checked here because Deno 2.5 exits on a key that does not match, and an empty file
 * would be ignored.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { HOST_BUNDLES, type TlsIdentity } from "@/connection.ts";
import type { Files } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import { namesOf, type TlsSettings } from "@/openstack/http/tls_settings.ts";

/** PEM texts for a TLS client. */
export interface TlsMaterial {
  /** All trusted authorities; on a host without any, Mozilla's (`runtime_variables.ts`). */
  readonly caCerts: string[];
  /** SHA-256 of each certificate of the `cafile`, hex; empty without one. */
  readonly pins: readonly string[];
  /** Certificate and key to present. */
  readonly identity?: TlsIdentity;
}

/**
 * Reads the files in the settings.
 *
 * @throws {ToolError} `config_invalid`, if a file cannot be read, has the wrong content, or the key
 * does not match the certificate.
 */
export function loadTls(
  files: Pick<Files, "readText" | "stat">,
  settings: TlsSettings,
): TlsMaterial {
  const { cafile, certfile, keyfile } = settings;
  const names = namesOf(settings);
  const caCerts = cafile === undefined
    ? systemBundle(files)
    : [readPem(files, cafile, "CERTIFICATE", names.cafile)];
  const pins = cafile === undefined ? [] : caCerts.flatMap(digestsOf);
  if (certfile === undefined) return { caCerts, pins };
  const cert = readPem(files, certfile, "CERTIFICATE", names.certfile);
  const key = readPem(files, keyfile ?? certfile, "PRIVATE KEY", names.certfile);
  checkPair({ cert, key }, certfile, keyfile ?? certfile);
  return { caCerts, pins, identity: { cert, key } };
}

function systemBundle(files: Pick<Files, "readText" | "stat">): string[] {
  const path = HOST_BUNDLES.find((candidate) => files.stat(candidate)?.isFile);
  return path === undefined ? [] : [files.readText(path)];
}

function readPem(
  files: Pick<Files, "readText">,
  path: string,
  what: string,
  setting: string,
): string {
  const end = `[A-Z0-9 ]*${what}-----`;
  const blocks = readFile(files, path, setting).match(
    new RegExp(`-----BEGIN ${end}[^]*?-----END ${end}`, "g"),
  );
  if (blocks !== null) return blocks.map((block) => `${block}\n`).join("");
  throw new ToolError("config_invalid", `Cannot use '${path}': it has no PEM block '${what}'`, {
    hints: [`check it: openssl ${what === "CERTIFICATE" ? "x509" : "pkey"} -noout -in ${path}`],
  });
}

/** Text that is not base64 is passed to the runtime, which refuses it. */
function digestsOf(pem: string): readonly string[] {
  const bodies = pem.matchAll(/^-----BEGIN .*-----$([^-]*)^-----END/gm);
  return Array.from(
    bodies,
    ([, body = ""]) => createHash("sha256").update(Buffer.from(body, "base64")).digest("hex"),
  );
}

function readFile(files: Pick<Files, "readText">, path: string, setting: string): string {
  try {
    return files.readText(path);
  } catch (error) {
    throw new ToolError("config_invalid", `Cannot use '${path}': ${messageOf(error)}`, {
      hints: [`correct ${setting}, or the --os-* flag`],
      cause: error,
    });
  }
}

function checkPair(pair: TlsIdentity, certfile: string, keyfile: string): void {
  let reason: string;
  try {
    const form = { type: "spki", format: "der" } as const;
    const announced = new X509Certificate(pair.cert).publicKey.export(form);
    const held = createPublicKey(createPrivateKey(pair.key)).export(form);
    if (announced.equals(held)) return;
    reason = `the key does not match the certificate '${certfile}'`;
  } catch {
    reason = "the key is encrypted or of an unknown kind";
  }
  throw new ToolError("config_invalid", `Cannot use '${keyfile}': ${reason}`, {
    hints: [`compare: openssl pkey -in ${keyfile} -pubout; openssl x509 -in ${certfile} -pubkey`],
  });
}
