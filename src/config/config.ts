/**
 * The configuration as commands see it: typed values by `group.name`, and where each came from.
 *
 * @module
 */
import type { OptionKey, OptionValue } from "@/config/options.ts";
import type { UnknownOption } from "@/config/unknown_options.ts";

/** Values of the options of the table in `options.ts`. */
export interface Config {
  /**
   * The value of an option, converted and substituted, or its default; `undefined` when it has none.
   *
   * @throws {ToolError} `config_invalid` with file and line, if the text cannot be read as its type or
   * substituted; `usage`, if it came from a flag.
   */
  get<K extends OptionKey>(key: K): OptionValue<K>;
  /**
   * Where the value comes from: `/etc/nova/nova.conf:212`, `environment OS_…`, `flag --…` or `default`.
   *
   * @throws {ToolError} `config_invalid`, if the option is one of credentials and the `auth_section` of
   * its group cannot be read.
   */
  originOf(key: OptionKey): string;
  /** Options of `[glance_direct]` in the files that have no effect, because there are none such. */
  readonly unknown: readonly UnknownOption[];
}
