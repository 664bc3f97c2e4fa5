/**
 * Reads an option as whoever uses it does, for those who look at all of them.
 *
 * @module
 */
import { furtherClusters } from "@/config/ceph_clusters.ts";
import type { Config } from "@/config/config.ts";
import type { OptionData } from "@/config/option_spec.ts";
import type { OptionKey } from "@/config/options.ts";

/**
 * The value of an option; `null` when it has none. A `multistr` takes any text, as in oslo.config, so the
 * one there is has to pass its own reader as well.
 *
 * @throws {ToolError} `config_invalid`, if it cannot be read.
 */
export function readOption(config: Config, key: OptionKey): OptionData {
  if (key === "glance_direct.ceph_clusters") furtherClusters(config);
  return config.get(key) ?? null;
}
