/**
 * Locations of Glance's RBD store: `rbd://<fsid>/<pool>/<image>/<snapshot>`.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { shownPart, shownUrl } from "@/shown_url.ts";

/** The four parts of a location. */
export interface RbdLocation {
  /** The cluster's fsid, lower case. */
  readonly fsid: string;
  /** Pool of the image. */
  readonly pool: string;
  /** RBD image; Glance names it by the image id. */
  readonly image: string;
  /** Snapshot; Glance's is `snap`. */
  readonly snapshot: string;
}

/** A Ceph cluster: path of its ceph.conf, and the user that reads from it, without `client.`. */
export type RbdCluster = { readonly conf: string; readonly user: string };

/** Where an image is: a location and its cluster. */
export type RbdPlace = RbdLocation & RbdCluster;

/** The rules of a host for locations, in addition to their syntax. */
export interface RbdRules {
  /** Pools that may be read; empty means every pool. */
  readonly pools: readonly string[];
  /** Accept an RBD image whose name is not the id of the Glance image. */
  readonly allowForeignNames: boolean;
  /** The cluster with this fsid, if this host may read it. @throws {ToolError} `config_invalid`. */
  readonly clusterFor: (fsid: string) => RbdCluster | undefined;
}

const SCHEME = "rbd://";
const FSID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/**
 * No '/', '@', leading '-' or control character: `rbd` parses an image name as a complete
 * specification.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/;

/**
 * Parses a location. Parts are decoded after splitting, so an escaped slash cannot shift them
 * (glance_store's `StoreLocation.parse_uri`; nova decodes first).
 *
 * @throws {ToolError} `location_invalid`, if it does not have exactly four parts of allowed characters.
 *
 * @example
 * ```ts
 * import { parseRbdLocation } from "@/sources/rbd/location.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const parts = parseRbdLocation("rbd://5e1ab0de-1ab0-4c3f-8d4e-0123456789ab/images/a1b2/snap");
 * assertEquals(parts.pool, "images");
 * ```
 */
export function parseRbdLocation(url: string): RbdLocation {
  if (url.slice(0, SCHEME.length).toLowerCase() !== SCHEME) {
    throw invalid(url, "it does not begin with 'rbd://'");
  }
  const parts = url.slice(SCHEME.length).split("/").map((part) => decode(part, url));
  const [fsid = "", pool = "", image = "", snapshot = ""] = parts;
  if (parts.length !== 4) throw invalid(url, `it has ${parts.length} parts, expected 4`);
  if (!FSID.test(fsid.toLowerCase())) throw invalid(url, `'${shownPart(fsid)}' is not an fsid`);
  for (const name of [pool, image, snapshot]) {
    if (!NAME.test(name)) throw invalid(url, `'${shownPart(name)}' is not a plain name`);
  }
  return { fsid: fsid.toLowerCase(), pool, image, snapshot };
}

/**
 * Checks a location against the rules of the host: it is untrusted text that decides what this
 * host's Ceph user reads (OSSN-0065, OSSN-0090).
 *
 * @throws {ToolError} `location_invalid`, if it is malformed, and with the setting that allows it.
 */
export function acceptedRbdPlace(url: string, imageId: string, rules: RbdRules): RbdPlace {
  const location = parseRbdLocation(url);
  const { fsid, pool, image } = location;
  if (rules.pools.length > 0 && !rules.pools.includes(pool)) {
    throw refused(
      `Cannot read pool '${pool}': allowed are '${rules.pools.join("', '")}'`,
      `add the pool to [glance]rbd_pool`,
    );
  }
  if (!rules.allowForeignNames && image !== imageId) {
    throw refused(
      `Cannot read RBD image '${image}': its name is not the image id '${imageId}'`,
      `set [glance_direct]allow_foreign_names = true if images are registered by location`,
    );
  }
  const cluster = rules.clusterFor(fsid);
  if (cluster === undefined) {
    throw refused(
      `Cannot reach the Ceph cluster '${fsid}': no configured cluster has this fsid`,
      "add it to [glance_direct]ceph_clusters, or check fsid in [glance]rbd_ceph_conf",
    );
  }
  return { ...location, ...cluster };
}

/** A location as shown in messages and results. */
export function rbdLabel({ fsid, image, pool, snapshot }: RbdLocation): string {
  return `rbd://${fsid}/${pool}/${image}/${snapshot}`;
}

function decode(part: string, url: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(url, `'${shownPart(part)}' is not percent-encoded UTF-8`);
  }
}

function invalid(url: string, reason: string): ToolError {
  return refused(
    `Cannot use the location '${shownUrl(url)}': ${reason}`,
    "Glance writes rbd://FSID/POOL/IMAGE/SNAPSHOT; check the record: glance-direct show IMAGE",
  );
}

function refused(message: string, hint: string): ToolError {
  return new ToolError("location_invalid", message, { hints: [hint] });
}
