/**
 * Puts a Glance client together from the configuration, the environment and the flags.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { type GlanceClient, glanceClient } from "@/glance/client.ts";
import { Endpoints, shuffled } from "@/glance/endpoint.ts";
import { FetchTransport } from "@/http/transport.ts";
import { fixedSession } from "@/keystone/session.ts";

/** The parts of the context that reaching Glance takes. */
export type ConnectContext = Pick<
  Context,
  "clock" | "env" | "fetch" | "files" | "log" | "random"
>;

/** What decides where Glance is and who asks. */
export interface ConnectOptions {
  /** nova's configuration. */
  readonly config: Config;
  /** Values of the `--os-*` flags by the name of their environment twin. */
  readonly os: Readonly<Record<string, string>>;
  /** Who asks through nova's hook. */
  readonly caller?: Caller;
}

/** The identity and the Glance that nova would use; `null` leaves it to the configuration. */
export interface Caller {
  /** The user's token. */
  readonly token: string | null;
  /** nova's own token, sent beside it. */
  readonly serviceToken: string | null;
  /** Base URL of Glance. */
  readonly endpoint: string | null;
  /** nova's request id. */
  readonly requestId: string | null;
}

/** Bound for an answer where `[glance]timeout` is unset, in seconds. */
const DEFAULT_TIMEOUT = 60;

/**
 * Finds out where Glance is and who asks.
 *
 * @throws {ToolError} `config_invalid`, if that cannot be told.
 */
export async function connectGlance(
  context: ConnectContext,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<GlanceClient> {
  signal.throwIfAborted();
  const { config, caller } = options;
  const os = (name: string) => options.os[name] ?? context.env.get(name);
  const token = os("OS_TOKEN");
  await Promise.resolve();
  return glanceClient({
    context,
    transport: new FetchTransport(
      context,
      Deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false }),
    ),
    session: caller?.token
      ? fixedSession("nova", tokenHeaders(caller.token, caller.serviceToken))
      : token === undefined
      ? fixedSession("none", {})
      : fixedSession("OS_TOKEN", { "x-auth-token": token }),
    endpoints: caller?.endpoint
      ? new Endpoints([caller.endpoint], "nova")
      : configuredEndpoints(context, options, os),
    retries: config.get("glance.num_retries"),
    timeoutMs: (config.get("glance.timeout") ?? DEFAULT_TIMEOUT) * 1000,
    ...caller?.requestId ? { requestId: caller.requestId } : {},
  });
}

function tokenHeaders(token: string, service: string | null): Readonly<Record<string, string>> {
  return { "x-auth-token": token, ...service === null ? {} : { "x-service-token": service } };
}

function configuredEndpoints(
  context: ConnectContext,
  { config }: ConnectOptions,
  os: (name: string) => string | undefined,
): Endpoints {
  const flagged = os("OS_IMAGE_ENDPOINT_OVERRIDE");
  if (flagged !== undefined) return new Endpoints([flagged], "OS_IMAGE_ENDPOINT_OVERRIDE");
  const servers = config.get("glance.api_servers") ?? [];
  if (servers.length > 0) {
    return new Endpoints(shuffled(servers, context.random), config.originOf("glance.api_servers"));
  }
  const override = config.get("glance.endpoint_override");
  if (override !== undefined && override !== "") {
    return new Endpoints([override], config.originOf("glance.endpoint_override"));
  }
  throw new ToolError("config_invalid", "Cannot tell where Glance is", {
    hints: ["set '[glance] endpoint_override' or give --os-image-endpoint-override"],
  });
}
