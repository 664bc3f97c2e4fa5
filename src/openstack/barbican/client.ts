/**
 * Certificates from Barbican (Key Manager API v1), read in the same way as castellan: the metadata
 * of the secret, then its payload, which is PEM.
 *
 * @module
 */
import { expectedFailure, ToolError } from "@/errors.ts";
import { labelOf } from "@/openstack/http/failure.ts";
import { type ServiceParts, ServiceRequests } from "@/openstack/keystone/service_requests.ts";

/** What a client of Barbican needs. */
export interface BarbicanOptions extends Omit<ServiceParts, "endpoints"> {
  /** Base URL, with or without the version. */
  readonly endpoint: string;
}

/**
 * A certificate as stored: PEM that is not parsed yet, and its origin for messages: `secret 'ID'`.
 */
export type CertificateText = { readonly pem: string; readonly origin: string };

/** One certificate store. */
export interface CertificateStore {
  /** Its name, for messages: `Barbican`, `directory '/etc/…'`. */
  readonly label: string;
  /**
   * Looks for a certificate.
   *
   * @param id A plain name: letters, digits and dashes.
   * @returns The text, or `null` if the store does not have this id.
   * @throws {ToolError} `certificate_invalid` if the entry is not a certificate,
   * `permission_denied` if it may not be read, or the error of the store.
   */
  find(id: string, signal: AbortSignal): Promise<CertificateText | null>;
}

/** The certificates of the Barbican at an endpoint. */
export function barbicanStore({ endpoint, ...parts }: BarbicanOptions): CertificateStore {
  const base = `${endpoint.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1`;
  const endpoints = { all: [base], current: base, next() {} };
  const requests = new ServiceRequests({ ...parts, endpoints });
  return {
    label: "Barbican",
    async find(id, signal) {
      // A refusal by Keystone ends here: below, one is Barbican's.
      await parts.session.headers(signal);
      // castellan reads the id as a UUID, and writes it in lower case.
      const path = `/secrets/${id.toLowerCase()}`;
      const answerOf = <T>(request: Promise<T>) =>
        unlessMissing(request, labelOf(`${base}${path}`));
      const headers = { accept: "application/json" };
      const secret = await answerOf(requests.json(path, signal, { headers }));
      if (secret === undefined) return null;
      const accept = contentTypeOf(secret, id);
      const payload = requests.text(`${path}/payload`, signal, { headers: { accept } });
      const pem = await answerOf(payload);
      if (pem === undefined) throw unusable(id, "it has no payload");
      return { pem, origin: `secret '${id}'` };
    },
  };
}

/** The answer, or `undefined` for a 404. */
async function unlessMissing<T>(answer: Promise<T>, secret: string): Promise<T | undefined> {
  try {
    return await answer;
  } catch (caught) {
    const error = expectedFailure(caught);
    if (error.code === "not_found") return undefined;
    throw error.code === "permission_denied" ? forbidden(secret, error) : error;
  }
}

/** A media type without anything that could end a header field. */
const MEDIA_TYPE = /^[\w.+-]{1,64}\/[\w.+-]{1,64}(?:; ?charset=[\w-]{1,32})?$/;

/**
 * The content type of a certificate's payload.
 *
 * @throws {ToolError} `certificate_invalid`, if the secret is something else.
 */
function contentTypeOf(secret: unknown, id: string): string {
  const { secret_type, content_types } = Object(secret) as {
    secret_type?: unknown;
    content_types?: { default?: unknown } | null;
  };
  if (secret_type !== "certificate") {
    throw unusable(id, `it is of type ${JSON.stringify(secret_type)?.slice(0, 80)}`);
  }
  const contentType = content_types?.default;
  if (typeof contentType !== "string" || !MEDIA_TYPE.test(contentType)) {
    throw unusable(id, "it has no payload");
  }
  return contentType;
}

function unusable(id: string, reason: string): ToolError {
  return new ToolError(
    "certificate_invalid",
    `Cannot use secret '${id}' of Barbican as a certificate: ${reason}`,
    {
      hints: [
        'store the PEM: openstack secret store --secret-type certificate --payload-content-type application/octet-stream --payload-content-encoding base64 --payload "$(base64 -w0 CERTIFICATE.pem)"',
      ],
    },
  );
}

/** Barbican answers 403 if neither the policy nor the secret's access list allows us. */
function forbidden(secret: string, failure: ToolError): ToolError {
  return new ToolError("permission_denied", failure.message, {
    hints: [
      `let the user read the certificate: openstack acl user add --operation-type read --user USER_ID ${secret}`,
      "or give the user the role 'observer' or 'creator' in the certificate's project",
    ],
    cause: failure,
  });
}
