/**
 * `config.values`: every option can be read.
 *
 * @module
 */
import { type OptionKey, OPTIONS } from "@/config/options.ts";
import { readOption } from "@/config/read_option.ts";
import { type Check, failure, ok } from "@/doctor/check.ts";
import { ToolError } from "@/errors.ts";

/** The check. */
export const configValues: Check = {
  id: "config.values",
  what: "every option can be read",
  run({ config }) {
    const keys = Object.entries(OPTIONS).flatMap(([group, options]) =>
      Object.keys(options).map((name) => `${group}.${name}` as OptionKey)
    );
    const problems = keys.flatMap((key) => {
      try {
        readOption(config, key);
        return [];
      } catch (error) {
        if (error instanceof ToolError) return [error.message];
        throw error;
      }
    });
    const [first, ...more] = [...new Set(problems)];
    if (first === undefined) return ok(`All ${keys.length} options can be read`);
    return failure(first, "correct the value at the place that is named", more);
  },
};
