/**
 * Reads an option in the same way as its user, for code that reads all of them.
 *
 * @module
 */
import { furtherClusters } from "@/config/ceph_clusters.ts";
import type { Config } from "@/config/config.ts";
import type { OptionData } from "@/config/option_spec.ts";
import type { OptionKey } from "@/config/options.ts";
import { parseRateSchedule } from "@/config/rate_schedule.ts";

/** Our own options with a grammar that no type of oslo.config covers. */
const READERS: Partial<Record<OptionKey, (config: Config) => unknown>> = {
  "glance_direct.bwlimit": (config) =>
    parseRateSchedule(
      config.get("glance_direct.bwlimit") ?? "",
      config.originOf("glance_direct.bwlimit"),
    ),
  "glance_direct.ceph_clusters": furtherClusters,
};

/**
 * The value of an option; `null` if it has none.
 *
 * @throws {ToolError} `config_invalid`, if it cannot be read or parsed.
 */
export function readOption(config: Config, key: OptionKey): OptionData {
  READERS[key]?.(config);
  return config.get(key) ?? null;
}
