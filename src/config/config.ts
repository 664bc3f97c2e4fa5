/**
 * The configuration for commands: typed values by `group.name`, with their origin.
 *
 * @module
 */
import type { OptionKey, OptionValue } from "@/config/options.ts";
import type { UnknownOption } from "@/config/unknown_options.ts";

/** Values of the options of the table in `options.ts`. */
export interface Config {
  /**
   * The value of an option, converted and substituted, or its default; `undefined` if it has none.
   *
   * @throws {ToolError} `config_invalid` with file and line, if the text cannot be converted or
   * substituted; `usage`, if it came from a flag.
   */
  get<K extends OptionKey>(key: K): OptionValue<K>;
  /**
   * Origin of the value: `/etc/nova/nova.conf:212`, `environment OS_…`, `flag --…` or `default`.
   *
   * @throws {ToolError} `config_invalid`, if the option is a credential and the `auth_section` of
   * its group cannot be read.
   */
  originOf(key: OptionKey): string;
  /** Options of `[glance_direct]` in the files that have no effect, because they are unknown. */
  readonly unknown: readonly UnknownOption[];
}
