/**
 * Finds the Barbican that nova's key manager (castellan) would use.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { ENVIRONMENT_NAMES } from "@/openstack/http/tls_settings.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { findEndpoint } from "@/openstack/keystone/catalog.ts";
import type { SessionOptions } from "@/openstack/keystone/credentials.ts";
import { connectionSettings, timeoutOf } from "@/openstack/keystone/network.ts";
import type { OpenedSession, SessionContext } from "@/openstack/keystone/open_session.ts";
import { placeOver, serviceTls } from "@/openstack/keystone/service_settings.ts";
import {
  type BarbicanCertificates,
  barbicanStore,
  type CertificateText,
} from "@/openstack/barbican/client.ts";

/** The parts of the context that connecting to Barbican needs. */
export type BarbicanContext = SessionContext & Pick<Context, "random">;

/**
 * The certificates of the configured Barbican. Nothing is opened, read or requested before the
 * first certificate is needed: a host that verifies no signature need not have a Barbican.
 *
 * @param opened The session; the caller disposes it.
 */
export function connectBarbican(
  context: BarbicanContext,
  options: SessionOptions,
  opened: OpenedSession,
): BarbicanCertificates & Disposable {
  return new LazyBarbican(context, options, opened);
}

class LazyBarbican implements BarbicanCertificates, Disposable {
  readonly label = "Barbican";
  readonly #context: BarbicanContext;
  readonly #options: SessionOptions;
  readonly #opened: OpenedSession;
  readonly #transports = new DisposableStack();
  #store: BarbicanCertificates | undefined;

  constructor(context: BarbicanContext, options: SessionOptions, opened: OpenedSession) {
    this.#context = context;
    this.#options = options;
    this.#opened = opened;
  }

  async find(id: string, signal: AbortSignal): Promise<CertificateText | null> {
    this.#store ??= await this.#connect(signal);
    return await this.#store.find(id, signal);
  }

  [Symbol.dispose](): void {
    this.#transports.dispose();
  }

  async #connect(signal: AbortSignal): Promise<BarbicanCertificates> {
    const { config } = this.#options;
    requireBarbican(config.get("key_manager.backend"));
    const endpoint = await this.#endpoint(signal);
    const transport = this.#transports.use(openTransport(this.#context, {
      peer: "Barbican",
      tls: serviceTls(this.#context, this.#options, this.#opened.account, {
        cafile: config.get("barbican.verify_ssl_path"),
        insecure: !config.get("barbican.verify_ssl"),
        names: { ...ENVIRONMENT_NAMES, cafile: "'[barbican] verify_ssl_path'" },
      }),
      ...connectionSettings(config),
    }));
    return barbicanStore({
      context: this.#context,
      transport,
      session: this.#opened.session,
      endpoint,
      retries: config.get("glance_direct.retries"),
      timeoutMs: timeoutOf(config),
    });
  }

  async #endpoint(signal: AbortSignal): Promise<string> {
    const { config } = this.#options;
    const { account, session } = this.#opened;
    const configured = config.get("barbican.barbican_endpoint");
    if (configured) return configured;
    const catalog = await session.catalog(signal);
    if (catalog === undefined) throw nowhere(account.origin);
    const place = placeOver(this.#context, this.#options, account, {
      interfaces: [config.get("barbican.barbican_endpoint_type")],
      region: config.get("barbican.barbican_region_name"),
    });
    return findEndpoint(catalog, { serviceType: "key-manager", ...place }, account.origin);
  }
}

/** Names of castellan's back end for Barbican: `barbican`, or the class with its module. */
function requireBarbican(backend: string): void {
  if (/^barbican$|\.BarbicanKeyManager$/.test(backend)) return;
  throw new ToolError(
    "config_invalid",
    `Cannot fetch certificates from the key manager '${backend}' ([key_manager]backend): only Barbican is supported`,
    { hints: [SAVE] },
  );
}

function nowhere(origin: string): ToolError {
  return new ToolError(
    "config_invalid",
    `Cannot find Barbican: no endpoint is set, and there is no catalog (${origin})`,
    { hints: ["set '[barbican] barbican_endpoint'", SAVE] },
  );
}

const SAVE = "save the certificates as ID.pem in '[glance_direct] certificate_dir'";
