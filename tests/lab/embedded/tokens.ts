/**
 * Tokens that the embedded Keystone has issued and the embedded Glance accepts.
 *
 * @module
 */

/** The tokens of one cloud. */
export class Tokens {
  /** Every token ever issued. */
  readonly issued: string[] = [];
  readonly #roles = new Map<string, readonly string[]>();

  /** Issues a token with these roles. */
  issue(...roles: readonly string[]): string {
    const token = `gAAAAAB${crypto.randomUUID().replaceAll("-", "")}`;
    this.#roles.set(token, roles);
    this.issued.push(token);
    return token;
  }

  /** Makes every token invalid, as Keystone does when they expire. */
  revokeAll(): void {
    this.#roles.clear();
  }

  /** Roles of a token; `undefined` if it is not valid. */
  rolesOf(token: string | null): readonly string[] | undefined {
    return token === null ? undefined : this.#roles.get(token);
  }
}
