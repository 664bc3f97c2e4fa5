/**
 * Certificates from a local directory, for hosts without Barbican: `<id>.pem`.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { CertificateStore } from "@/signatures/certificate_source.ts";
import { MAX_PEM_SIZE } from "@/signatures/x509.ts";
import type { CertificateText } from "@/openstack/barbican/client.ts";

/**
 * The certificates of a directory (`[glance_direct]certificate_dir`).
 *
 * @param directory Absolute path. Whoever can write there decides which signatures count.
 */
export function certificateDirectory(
  files: Pick<Files, "stat" | "readText">,
  directory: string,
): CertificateStore {
  return {
    label: `directory '${directory}'`,
    find: (id) => Promise.resolve(id).then((name) => read(files, `${directory}/${name}.pem`)),
  };
}

function read(files: Pick<Files, "stat" | "readText">, path: string): CertificateText | null {
  const info = files.stat(path);
  if (info === undefined) return null;
  if (!info.isFile || info.size > MAX_PEM_SIZE) {
    throw new ToolError(
      "certificate_invalid",
      `Cannot read the certificate '${path}': it is not a file of at most ${MAX_PEM_SIZE} bytes`,
    );
  }
  return { pem: files.readText(path), origin: `file '${path}'` };
}
