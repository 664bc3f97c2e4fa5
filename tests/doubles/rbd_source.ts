/**
 * Sources of locations in Ceph, as a plan and its thread make them.
 *
 * @module
 */
import type { Processes } from "@/context.ts";
import { acceptedRbdPlace, type RbdRules } from "@/sources/rbd/location.ts";
import { type RbdOptions, RbdSource } from "@/sources/rbd/source.ts";

/** The settings of a host: its rules for locations, and how it runs rbd. */
export type RbdHost = RbdOptions & RbdRules;

/** The source of a location, if the host accepts it. @throws {ToolError} `location_invalid`. */
export function rbdSource(
  processes: Processes,
  { allowForeignNames, clusterFor, pools, ...options }: RbdHost,
  url: string,
  id: string,
): RbdSource {
  const place = acceptedRbdPlace(url, id, { allowForeignNames, clusterFor, pools });
  return new RbdSource(processes, { ...options, ...place });
}
