/**
 * Whether images may be read directly from Ceph, and the options that allow it.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";

/** Whether the direct path is on. */
export interface DirectPath {
  /** Whether rbd locations may be read directly. */
  readonly enabled: boolean;
  /** The option that enables it, e.g. `[glance]enable_rbd_download`. */
  readonly by: string | undefined;
}

/**
 * Whether rbd locations may be read directly: both generations of nova's options allow it
 * (`enable_rbd_download` since nova 22, `allowed_direct_url_schemes` before), and so does
 * `[glance_direct]schemes`.
 *
 * @throws {ToolError} `config_invalid`, if one of the options cannot be read.
 */
export function directPath(config: Config): DirectPath {
  const reasons: readonly (readonly [string, boolean])[] = [
    ["[glance_direct]schemes", hasRbd(config.get("glance_direct.schemes"))],
    ["[glance]enable_rbd_download", config.get("glance.enable_rbd_download")],
    ["[glance]allowed_direct_url_schemes", hasRbd(config.get("glance.allowed_direct_url_schemes"))],
  ];
  const by = reasons.find(([, allowed]) => allowed)?.[0];
  return { enabled: by !== undefined, by };
}

/**
 * Seconds to wait for Ceph: `[glance]rbd_connect_timeout` if it is set and not 0, else its
 * `[libvirt]` twin (nova: `RBDDriver`, which falls back with Python's `or`). In nova, the default
 * of the former hides the latter; here it does not, as for the other options with a twin.
 *
 * @throws {ToolError} `config_invalid`, if one of the options cannot be read.
 */
export function rbdConnectTimeout(config: Config): number {
  const seconds = config.get("glance.rbd_connect_timeout");
  const isSet = config.originOf("glance.rbd_connect_timeout") !== "default";
  return (isSet ? seconds : 0) || config.get("libvirt.rbd_connect_timeout");
}

function hasRbd(schemes: readonly string[]): boolean {
  return schemes.some((scheme) => scheme.toLowerCase() === "rbd");
}

/**
 * Pools that images may be read from: `[glance]rbd_pool`, which may be a list.
 *
 * @returns Empty if every pool is allowed.
 * @throws {ToolError} `config_invalid`, if the option cannot be read.
 */
export function allowedPools(config: Config): readonly string[] {
  return config.get("glance.rbd_pool").split(",").map((pool) => pool.trim())
    .filter((pool) => pool !== "");
}
