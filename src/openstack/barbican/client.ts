/**
 * Certificates from Barbican (Key Manager API v1), read in the same way as castellan: the metadata
 * of the secret, then its payload, which is PEM.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { failureOf, readJson, type ReadOptions, readText } from "@/openstack/http/answer.ts";
import { labelOf } from "@/openstack/http/failure.ts";
import { retryNotice, withRetries } from "@/openstack/http/retry.ts";
import type { Transport } from "@/openstack/http/transport.ts";
import { type AuthSession, withProof } from "@/openstack/keystone/session.ts";

/** What a client of Barbican needs. */
export interface BarbicanOptions {
  /** Time, random numbers and log. */
  readonly context: Pick<Context, "clock" | "random" | "log">;
  /** How requests are sent; the caller disposes it. */
  readonly transport: Transport;
  /** The identity: the certificate's project, or a user in its access list. */
  readonly session: AuthSession;
  /** Base URL, with or without the version. */
  readonly endpoint: string;
  /** Retries after the first try. */
  readonly retries: number;
  /** Time limit for each answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** A certificate as stored: text that has not been parsed yet. */
export interface CertificateText {
  /** The certificate in PEM. */
  readonly pem: string;
  /** Where it was found, for messages: `secret 'ID'`. */
  readonly origin: string;
}

/** The certificates of a Barbican. */
export interface BarbicanCertificates {
  /** Its name, for messages. */
  readonly label: string;
  /**
   * Fetches a certificate.
   *
   * @returns `null`, if Barbican does not have this secret.
   * @throws {ToolError} `certificate_invalid`, if the secret is not a certificate;
   * `permission_denied`, if it may not be read; or the error of the request.
   */
  find(id: string, signal: AbortSignal): Promise<CertificateText | null>;
}

/** The certificates of the Barbican at an endpoint. */
export function barbicanStore(options: BarbicanOptions): BarbicanCertificates {
  return new BarbicanStore(options);
}

type Read<T> = (response: Response, clock: Context["clock"], options: ReadOptions) => Promise<T>;

class BarbicanStore implements BarbicanCertificates {
  readonly label = "Barbican";
  readonly #options: BarbicanOptions;
  readonly #base: string;

  constructor(options: BarbicanOptions) {
    this.#options = options;
    this.#base = `${options.endpoint.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1`;
  }

  async find(id: string, signal: AbortSignal): Promise<CertificateText | null> {
    // castellan reads the id as a UUID, and writes it in lower case.
    const url = `${this.#base}/secrets/${id.toLowerCase()}`;
    const secret = await this.#get(url, "application/json", readJson, signal);
    if (secret === undefined) return null;
    const contentType = contentTypeOf(secret, id);
    const pem = await this.#get(`${url}/payload`, contentType, readText, signal);
    if (pem === undefined) throw unusable(id, "it has no payload");
    return { pem, origin: `secret '${id}'` };
  }

  /** The answer at a URL, or `undefined` for a 404. */
  async #get<T>(url: string, accept: string, read: Read<T>, signal: AbortSignal) {
    const { context: { clock, log, random }, retries } = this.#options;
    const onRetry = (error: ToolError, waitMs: number) =>
      log("setback", retryNotice(error, waitMs));
    return await withRetries(
      { clock, random, retries, signal, onRetry },
      () => this.#getOnce(url, accept, read, signal),
    );
  }

  async #getOnce<T>(
    url: string,
    accept: string,
    read: Read<T>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const { context: { clock }, session, timeoutMs } = this.#options;
    const response = await this.#authorised(url, accept, signal);
    const reading = { action: `GET '${labelOf(url)}'`, signal, timeoutMs };
    if (response.status === 200) return await read(response, clock, reading);
    const secrets = Object.values(await session.headers(signal));
    const failure = await failureOf(response, clock, reading, secrets);
    if (failure.code === "not_found") return undefined;
    throw response.status === 403 ? forbidden(url, failure) : failure;
  }

  async #authorised(url: string, accept: string, signal: AbortSignal): Promise<Response> {
    const { session, timeoutMs, transport } = this.#options;
    return await withProof(session, signal, (proof) => {
      const headers = { ...proof, accept };
      return transport.request("GET", url, { headers, signal, timeoutMs });
    });
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

/**
 * Barbican answers 403 if the secret exists but neither the policy nor its access list allows us.
 */
function forbidden(url: string, failure: ToolError): ToolError {
  return new ToolError("permission_denied", failure.message, {
    hints: [
      `let the user read the certificate: openstack acl user add --operation-type read --user USER_ID ${
        labelOf(url).replace(/\/payload$/, "")
      }`,
      "or give the user the role 'observer' or 'creator' in the certificate's project",
    ],
    cause: failure,
  });
}
