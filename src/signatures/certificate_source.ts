/**
 * Finds certificates by the id in `img_signature_certificate_uuid` and in lists of trusted
 * certificates: in Barbican, and for hosts without it in a local directory with `<id>.pem`.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { CertificateStore, CertificateText } from "@/openstack/barbican/client.ts";
import { type Certificate, MAX_PEM_SIZE, parseCertificate } from "@/signatures/certificate.ts";

/** All stores together. */
export interface CertificateSource {
  /**
   * Fetches a certificate.
   *
   * @param id Untrusted: it may come from the image.
   * @throws {ToolError} As {@linkcode CertificateStore.find}; `certificate_invalid`, if no store
   * has it.
   */
  get(id: string, signal: AbortSignal): Promise<Certificate>;
}

const ID = /^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/;

/**
 * Asks some stores in order, and caches their answers, so that many images of one signer need one
 * request. Only for one run with one token: another user may not have the same access (OSSN-0063).
 *
 * @param stores In order of priority. An error of one ends the search: an outage must not change
 * which of two certificates with the same id is used.
 */
export function certificateSource(stores: readonly CertificateStore[]): CertificateSource {
  const known = new Map<string, Certificate>();
  return {
    async get(id, signal) {
      const certificate = known.get(id) ?? await findIn(stores, id, signal);
      known.set(id, certificate);
      return certificate;
    },
  };
}

async function findIn(
  stores: readonly CertificateStore[],
  id: string,
  signal: AbortSignal,
): Promise<Certificate> {
  if (!ID.test(id)) throw notAnId(id);
  for (const store of stores) {
    const found = await store.find(id, signal);
    if (found !== null) return parseCertificate(found.pem, found.origin);
  }
  throw new ToolError(
    "certificate_invalid",
    `Cannot find certificate '${id}' in ${stores.map(({ label }) => label).join(" or ")}`,
    {
      hints: [
        "compare with the ids of: openstack secret list",
        "set [glance_direct]certificate_dir",
      ],
    },
  );
}

/** The id becomes part of a path and of a URL. */
function notAnId(id: string): ToolError {
  const shown = JSON.stringify(id.slice(0, 80));
  return new ToolError(
    "certificate_invalid",
    `Cannot fetch certificate ${shown}: its id is not a UUID, nor letters, digits and dashes`,
  );
}

/**
 * The certificates of a directory (`[glance_direct]certificate_dir`).
 *
 * @param directory Absolute path. Write access to it decides which signatures are valid.
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
