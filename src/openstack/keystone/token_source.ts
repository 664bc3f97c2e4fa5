/**
 * Keeps a token until it is about to expire.
 *
 * @module
 */
import type { Clock } from "@/context.ts";
import type { Token } from "@/openstack/keystone/token.ts";
import { waitFor } from "@/wait_for.ts";

/** A token with a shorter remaining life is replaced before use (keystoneauth, 120 s). */
const LEAST_LIFE = 120_000;

/** Keeps one token and replaces it when it is about to expire or was refused. */
export class TokenSource {
  readonly #issue: () => Promise<Token>;
  readonly #clock: Clock;
  #coming: Promise<Token> | undefined;
  #held: Token | undefined;

  /** Takes the function that gets a token when one is needed, never twice at a time. */
  constructor(issue: () => Promise<Token>, clock: Clock) {
    this.#issue = issue;
    this.#clock = clock;
  }

  /**
   * A token with remaining life.
   *
   * @throws {unknown} The error of getting it, or the signal's reason.
   */
  async get(signal: AbortSignal): Promise<Token> {
    if (this.#held !== undefined && this.#held.expiresAt - this.#clock.now() >= LEAST_LIFE) {
      return this.#held;
    }
    this.#coming ??= this.#take();
    return await waitFor(this.#coming, signal);
  }

  /** Drops the token if it is still this one: many refusals lead to one new token. */
  forget(id: string): void {
    if (this.#held?.id === id) this.#held = undefined;
  }

  async #take(): Promise<Token> {
    try {
      return this.#held = await this.#issue();
    } finally {
      this.#coming = undefined;
    }
  }
}
