/**
 * The options of a keystoneauth plugin, by their current and older names.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";

/** Options of an auth plugin by their name with underscores, and `auth_type`. */
export type AuthOptions = Readonly<Record<string, string | undefined>>;

/** Where an option is set, for hints: `[service_user]password (/etc/nova/nova.conf:12)`. */
export type WhereIs = (name: string) => string;

/** Older names, which yield to the current ones (keystoneauth1/loading, openstacksdk). */
export const OLD_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ["username", ["user_name"]],
  ["project_id", ["tenant_id"]],
  ["project_name", ["tenant_name"]],
  ["token", ["auth_token"]],
  ["auth_type", ["auth_plugin"]],
  // openstackclient's name for it.
  ["default_domain_id", ["default_domain"]],
]);

/** Reads options by their current and older names. */
export class AuthOptionReader {
  readonly #options: AuthOptions;
  readonly #whereIs: WhereIs;
  /** Where they come from, for messages. */
  readonly origin: string;

  /** Takes the options and their origin. */
  constructor(options: AuthOptions, origin: string, whereIs?: WhereIs) {
    this.#options = options;
    this.#whereIs = whereIs ?? ((name) => `'${name}' (${origin})`);
    this.origin = origin;
  }

  /** Where an option is set, by the name that was used; or where it would be set. */
  whereIs(name: string): string {
    const names = [name, ...OLD_NAMES.get(name) ?? []];
    return this.#whereIs(names.find((key) => this.#options[key]) ?? name);
  }

  /** The value of an option; an empty one counts as unset. */
  get(name: string): string | undefined {
    return [name, ...OLD_NAMES.get(name) ?? []].map((key) => this.#options[key]).find(Boolean);
  }

  /** Whether an object is given, by its id or its name. */
  has(prefix: string): boolean {
    return this.get(`${prefix}_id`) !== undefined || this.get(`${prefix}_name`) !== undefined;
  }

  /** The option as a property, or no property. */
  maybe<K extends string>(name: K): { readonly [P in K]?: string } {
    const value = this.get(name);
    return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: string };
  }

  /** The value of an option. @throws {ToolError} `config_invalid`, if it is unset. */
  need(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw this.wrong(`'${name}' is missing`, name);
    return value;
  }

  /** The error for invalid options. @param name The one to change. */
  wrong(reason: string, name: string): ToolError {
    return new ToolError(
      "config_invalid",
      `Cannot use the credentials (${this.origin}): ${reason}`,
      { hints: [`set or correct ${this.whereIs(name)}`] },
    );
  }
}
