/**
 * Opens a session: the credentials, the connection to Keystone, and a service token in addition to
 * the user's if nova is configured to send one.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import { isConnectionLost } from "@/openstack/http/failure.ts";
import { type OpenContext, openTransport } from "@/openstack/http/open.ts";
import { withRetries } from "@/openstack/http/retry.ts";
import type { TlsSettings } from "@/openstack/http/tls_settings.ts";
import type { Credentials, GivenToken, KeystoneCredentials } from "@/openstack/keystone/auth.ts";
import {
  chooseAccount,
  type ChosenAccount,
  type CredentialContext,
  groupAccount,
  type SessionOptions,
} from "@/openstack/keystone/credentials.ts";
import { connectionSettings, timeoutOf, tlsOver } from "@/openstack/keystone/service_settings.ts";
import { type AuthSession, fixedSession, keystoneSession } from "@/openstack/keystone/session.ts";
import {
  issueToken,
  type KeystoneLink,
  lookUpToken,
  type Token,
} from "@/openstack/keystone/token.ts";
import { TokenSource } from "@/openstack/keystone/token_source.ts";

/** The parts of the context that a session needs. */
export type SessionContext = CredentialContext & OpenContext & Pick<Context, "random">;

/** A session with the settings of its cloud. Disposing it closes the connections to Keystone. */
export interface OpenedSession extends Disposable {
  /** The authentication. */
  readonly session: AuthSession;
  /** Where it comes from. */
  readonly account: ChosenAccount;
  /**
   * The connection to Keystone, or `undefined` if its address is not known.
   *
   * @throws {ToolError} `config_invalid`, if a certificate, a key or the proxy cannot be used.
   */
  keystone(): KeystoneLink | undefined;
}

/**
 * Opens a session. Keystone is asked only when a token is needed.
 *
 * @param signal Ends every request to Keystone.
 * @throws {ToolError} `config_invalid`, if credentials or certificates cannot be used.
 */
export async function openSession(
  context: SessionContext,
  options: SessionOptions,
  signal: AbortSignal,
): Promise<OpenedSession> {
  return openAccount(context, options, await chooseAccount(context, options), signal);
}

/**
 * Opens a session of a chosen account. Keystone is asked only when a token is needed.
 *
 * @param signal Ends every request to Keystone.
 */
export function openAccount(
  context: SessionContext,
  options: SessionOptions,
  account: ChosenAccount,
  signal: AbortSignal,
): OpenedSession {
  const keystone = new Keystone(context, options, signal);
  const { credentials, tls } = account;
  const url = credentials.kind === "none" ? undefined : credentials.keystone;
  const link = url === undefined ? undefined : keystone.lazyLink(tls, url);
  return {
    account,
    keystone: () => link?.(),
    session: sessionOf(account, options, keystone, link),
    [Symbol.dispose]: () => keystone[Symbol.dispose](),
  };
}

function sessionOf(
  account: ChosenAccount,
  { caller, config }: SessionOptions,
  keystone: Keystone,
  link: LazyLink | undefined,
): AuthSession {
  const { credentials, origin } = account;
  if (credentials.kind === "none") return fixedSession(origin, {});
  if (credentials.kind === "token") {
    const service = caller?.serviceToken ? { "x-service-token": caller.serviceToken } : {};
    const headers = { "x-auth-token": credentials.token, ...service };
    return fixedSession(origin, headers, link && keystone.lookUp(link, credentials));
  }
  const user = keystone.tokens(account.tls, credentials, link);
  return keystoneSession(origin, user, serviceTokens(config, account, keystone, user));
}

/**
 * nova also sends its own token, so that a user's may expire during the request (`[service_user]`).
 * It is never sent to another cloud, as named by `OS_*` or clouds.yaml.
 */
function serviceTokens(
  config: Config,
  account: ChosenAccount,
  keystone: Keystone,
  user: TokenSource,
): TokenSource | undefined {
  if (!config.get("service_user.send_service_user_token")) return undefined;
  const service = groupAccount(config, "service_user");
  if (service?.credentials.kind !== "keystone") return undefined;
  if (service.origin === account.origin) return user;
  if (!isSameCloud(service.credentials, account.credentials)) return undefined;
  return keystone.tokens(service.tls, service.credentials);
}

/** Compares the address of Keystone: a token that was just issued needs no other one. */
function isSameCloud(one: KeystoneCredentials, other: Credentials): boolean {
  return other.kind === "keystone" &&
    new URL(one.keystone).origin === new URL(other.keystone).origin;
}

/** Opens a connection when it is first needed. */
type LazyLink = () => KeystoneLink;

/** The connections to Keystone of one run; each is opened when it is first used. */
class Keystone implements Disposable {
  readonly #context: SessionContext;
  readonly #options: SessionOptions;
  readonly #signal: AbortSignal;
  readonly #transports = new DisposableStack();

  constructor(context: SessionContext, options: SessionOptions, signal: AbortSignal) {
    this.#context = context;
    this.#options = options;
    this.#signal = signal;
  }

  tokens(
    tls: TlsSettings,
    credentials: KeystoneCredentials,
    link: LazyLink = this.lazyLink(tls, credentials.keystone),
  ): TokenSource {
    const issue = () => issueToken(link(), credentials.request, credentials, this.#signal);
    return new TokenSource(() => this.#again(issue, this.#signal), this.#context.clock);
  }

  lookUp(link: LazyLink, { origin, token }: GivenToken): (signal: AbortSignal) => Promise<Token> {
    return (signal) => this.#again(() => lookUpToken(link(), token, origin, signal), signal);
  }

  [Symbol.dispose](): void {
    this.#transports.dispose();
  }

  lazyLink(tls: TlsSettings, url: string): LazyLink {
    let link: KeystoneLink | undefined;
    return () => link ??= this.#open(tls, url);
  }

  /**
   * Tries again after a lost connection, as keystoneauth does with `connect_retries`: no request
   * here changes anything, and a token that nobody received expires by itself. Answers that say
   * "later" are left to the callers, who also retry their own requests.
   */
  async #again(ask: () => Promise<Token>, signal: AbortSignal): Promise<Token> {
    const retries = this.#options.config.get("glance.num_retries");
    const policy = { context: this.#context, retries, signal, again: isConnectionLost };
    return await withRetries(policy, ask);
  }

  #open(below: TlsSettings, url: string): KeystoneLink {
    const { config } = this.#options;
    const tls = tlsOver(this.#context, this.#options, below);
    const transport = openTransport(this.#context, {
      peer: "Keystone",
      tls,
      ...connectionSettings(config),
    });
    this.#transports.use(transport);
    return { transport, clock: this.#context.clock, url, timeoutMs: timeoutOf(config) };
  }
}
