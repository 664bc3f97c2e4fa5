/**
 * Certificates for HTTPS: whom to trust and who we are, read from PEM files and checked here, because
 * below they end the process (Deno 2.5 on a key that does not fit) or are ignored (an empty file).
 *
 * @module
 */
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import type { TlsIdentity } from "@/connection.ts";
import type { Files } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";

/** Names of PEM files, as keystoneauth's session takes them. */
export interface TlsSettings {
  /** Authorities to trust; absent means those of the system. */
  readonly cafile?: string | undefined;
  /** Certificate to show. */
  readonly certfile?: string | undefined;
  /** Its key; absent means that it is in `certfile`, too. */
  readonly keyfile?: string | undefined;
  /** Whether the server's certificate is not checked. */
  readonly insecure?: boolean | undefined;
}

/** PEM texts for a TLS client. */
export interface TlsMaterial {
  /** Authorities to trust beside Mozilla's, which Deno always trusts. */
  readonly caCerts: string[];
  /** Certificate and key to show. */
  readonly identity?: TlsIdentity;
}

/** Where distributions keep the authorities of the host: Debian, Red Hat, SUSE, Alpine. */
const SYSTEM_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
] as const;

/**
 * Reads what the settings name.
 *
 * @throws {ToolError} `config_invalid`, if a file cannot be read, is not what its option is for, or
 * the key is not the certificate's.
 */
export function loadTls(
  files: Pick<Files, "readText" | "stat">,
  settings: TlsSettings,
): TlsMaterial {
  const { cafile, certfile, keyfile } = settings;
  const caCerts = cafile === undefined
    ? systemBundle(files)
    : [readPem(files, cafile, "CERTIFICATE")];
  if (certfile === undefined) return { caCerts };
  const cert = readPem(files, certfile, "CERTIFICATE");
  const key = readPem(files, keyfile ?? certfile, "PRIVATE KEY");
  checkPair({ cert, key }, certfile, keyfile ?? certfile);
  return { caCerts, identity: { cert, key } };
}

function systemBundle(files: Pick<Files, "readText" | "stat">): string[] {
  const path = SYSTEM_BUNDLES.find((candidate) => files.stat(candidate)?.isFile);
  return path === undefined ? [] : [files.readText(path)];
}

function readPem(files: Pick<Files, "readText">, path: string, what: string): string {
  const end = `[A-Z0-9 ]*${what}-----`;
  const blocks = readFile(files, path).match(
    new RegExp(`-----BEGIN ${end}[^]*?-----END ${end}`, "g"),
  );
  if (blocks !== null) return blocks.map((block) => `${block}\n`).join("");
  throw new ToolError("config_invalid", `Cannot use '${path}': it holds no PEM block '${what}'`, {
    hints: [`look at it: openssl ${what === "CERTIFICATE" ? "x509" : "pkey"} -noout -in ${path}`],
  });
}

function readFile(files: Pick<Files, "readText">, path: string): string {
  try {
    return files.readText(path);
  } catch (error) {
    throw new ToolError("config_invalid", `Cannot use '${path}': ${messageOf(error)}`, {
      hints: ["correct '[glance] cafile', 'certfile' or 'keyfile', or the --os-* flag"],
      cause: error,
    });
  }
}

function checkPair(pair: TlsIdentity, certfile: string, keyfile: string): void {
  let reason: string;
  try {
    const announced = new X509Certificate(pair.cert).publicKey.export({
      type: "spki",
      format: "der",
    });
    const held = createPublicKey(createPrivateKey(pair.key)).export({
      type: "spki",
      format: "der",
    });
    if (announced.equals(held)) return;
    reason = `the key is not that of the certificate '${certfile}'`;
  } catch {
    reason = "the key is encrypted or of an unknown kind";
  }
  throw new ToolError("config_invalid", `Cannot use '${keyfile}': ${reason}`, {
    hints: [`compare: openssl pkey -in ${keyfile} -pubout; openssl x509 -in ${certfile} -pubkey`],
  });
}
