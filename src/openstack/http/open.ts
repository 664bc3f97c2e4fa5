/**
 * Creates the transport for the settings.
 *
 * @module
 */
import type { Context } from "@/context.ts";
import { messageOf, ToolError } from "@/errors.ts";
import { shownUrl } from "@/shown_url.ts";
import { type ReachContext, withConnectTimeout } from "@/openstack/http/connect_timeout.ts";
import { withDecoding } from "@/openstack/http/decoded.ts";
import { loadTls, type TlsMaterial } from "@/openstack/http/tls.ts";
import { namesOf, type TlsSettings } from "@/openstack/http/tls_settings.ts";
import { traced } from "@/openstack/http/trace.ts";
import { fetchTransport, type Transport } from "@/openstack/http/transport.ts";
import { pinnedTransport } from "@/openstack/http/insecure/pinned.ts";
import { withRedirects } from "@/openstack/http/redirects.ts";
import {
  type UnverifiedContext,
  unverifiedTransport,
} from "@/openstack/http/insecure/transport.ts";

/** The parts of the context that a transport uses. */
export type OpenContext =
  & ReachContext
  & UnverifiedContext
  & Pick<Context, "fetch" | "files" | "log">;

/** How to reach the services. */
export interface OpenOptions {
  /** Name of the service, for messages: `Glance`. */
  readonly peer: string;
  /** Trusted authorities and the client certificate. */
  readonly tls: TlsSettings;
  /** URL of an HTTP proxy (`[glance_direct]proxy`); environment variables are ignored. */
  readonly proxy?: string | undefined;
  /** Longest wait for a connection, in milliseconds; with a proxy, for one to the proxy. */
  readonly connectTimeoutMs?: number;
}

/** The same with all files read: plain values, so that another thread can open the transport. */
export interface TransportPlan extends OpenOptions {
  /** The content of the files of {@linkcode OpenOptions.tls}. */
  readonly material: TlsMaterial;
  /** Origins that presented a pinned certificate; grows, so that another thread knows them. */
  readonly pinned: Set<string>;
}

/**
 * Creates a transport. Disposing it closes its connections.
 *
 * @throws {ToolError} `config_invalid`, if a certificate, a key or the proxy cannot be used.
 */
export function openTransport(context: OpenContext, options: OpenOptions): Transport {
  return openPlanned(context, planTransport(context, options));
}

/**
 * Reads what a transport needs.
 *
 * @throws {ToolError} `config_invalid`, if the settings contradict each other or a file cannot be
 * used.
 */
export function planTransport(
  context: Pick<OpenContext, "files" | "log">,
  options: OpenOptions,
): TransportPlan {
  const { proxy } = options;
  if (proxy !== undefined && !URL.canParse(proxy)) throw unusableProxy(proxy);
  const material = loadTls(context.files, options.tls);
  if (options.tls.insecure) announce(context.log, options);
  announceLimits(context.log, options);
  return { ...options, material, pinned: new Set() };
}

/**
 * Creates a transport from its plan.
 *
 * @throws {ToolError} `config_invalid`, if a certificate, a key or the proxy cannot be used.
 */
export function openPlanned(context: Omit<OpenContext, "files">, plan: TransportPlan): Transport {
  const { connectTimeoutMs, proxy } = plan;
  const plain = withDecoding(traced(transportOf(context, plan), context.log));
  const transport = withRedirects(plain);
  if (connectTimeoutMs === undefined) return transport;
  return withConnectTimeout(transport, context, connectTimeoutMs, proxy);
}

/** Only `fetch` can use a proxy, and there may be no connection without it. */
function transportOf(context: Omit<OpenContext, "files">, plan: TransportPlan): Transport {
  const { material: { identity, pins }, pinned, proxy, tls } = plan;
  const plain = fetchTransport(context, httpClient(context, plan), tls, proxy);
  if (tls.insecure) return unverifiedTransport(plain, context, { ...tls, identity });
  if (pins.length === 0 || proxy !== undefined) return plain;
  return pinnedTransport(plain, context, { ...tls, identity }, { digests: pins, origins: pinned });
}

/** A user who turns verification off gets a warning in every run. */
function announce(log: OpenContext["log"], { peer, proxy, tls }: OpenOptions): void {
  if (proxy !== undefined) {
    throw new ToolError("config_invalid", `Cannot reach ${peer} 'insecure' and through a proxy`, {
      hints: [`name the authority's certificate in ${namesOf(tls).cafile} instead of 'insecure'`],
    });
  }
  log(
    "warning",
    `${peer}'s certificate is not verified ('insecure'): any server can impersonate it`,
  );
}

/** `fetch` has TLS 1.2 and 1.3 with its own ciphers: settings that it cannot apply are logged. */
function announceLimits(log: OpenContext["log"], { peer, tls }: OpenOptions): void {
  const { ciphers, minVersion } = tls;
  if (minVersion === "1.3") {
    log(
      "warning",
      `TLS 1.2 is also allowed for ${peer}: 'tls_min_version' = 1.3 cannot be enforced`,
    );
  }
  if (!ciphers) return;
  log("warning", `The ciphers of TLS to ${peer} are the runtime's: 'tls_ciphers' has no effect`);
}

function httpClient(
  context: Pick<OpenContext, "log">,
  { tls, proxy, material: { caCerts, identity } }: TransportPlan,
): Deno.HttpClient {
  const settings = {
    http2: false,
    poolMaxIdlePerHost: 0,
    ...identity,
    ...(proxy === undefined ? {} : { proxy: { url: proxy } }),
  };
  try {
    return Deno.createHttpClient({ ...settings, caCerts });
  } catch (error) {
    if (tls.cafile !== undefined || caCerts.length === 0) throw unusable(tls, error);
    context.log("warning", `Cannot use the authorities of this host: ${messageOf(error)}`);
    return Deno.createHttpClient(settings);
  }
}

function unusableProxy(proxy: string): ToolError {
  return new ToolError("config_invalid", `Cannot use proxy '${shownUrl(proxy)}': it is not a URL`, {
    hints: ["write '[glance_direct] proxy' like http://proxy:3128"],
  });
}

function unusable(tls: TlsSettings, error: unknown): ToolError {
  const files = [tls.cafile, tls.certfile, tls.keyfile].filter((path) => path !== undefined);
  return new ToolError(
    "config_invalid",
    `Cannot use the TLS settings (${files.join(", ")}): ${messageOf(error)}`,
    { hints: [`correct ${namesOf(tls).cafile}, ${namesOf(tls).certfile}, or the --os-* flag`] },
  );
}
