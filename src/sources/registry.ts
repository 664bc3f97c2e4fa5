/**
 * The one list of schemes. To add a scheme, add a file below `src/sources/` and a line here.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { Location } from "@/openstack/glance/image.ts";
import { fileScheme } from "@/sources/file.ts";
import { glanceScheme } from "@/sources/glance.ts";
import { rbdScheme } from "@/sources/rbd/scheme.ts";
import type { Scheme } from "@/sources/scheme.ts";

/** Every scheme, in the order in which kinds are listed. */
export const SCHEMES: readonly Scheme[] = [
  rbdScheme,
  fileScheme,
  glanceScheme,
];

/** Names of the kinds of source in results, metrics and `--source`. */
export const SOURCE_KINDS: readonly string[] = SCHEMES.map(({ kind }) => kind);

/** The scheme that reads a location. @throws {ToolError} `location_invalid`, if none does. */
export function schemeFor(location: Location, schemes: readonly Scheme[]): Scheme {
  const name = schemeName(location);
  const scheme = schemes.find((one) => one.schemes.includes(name));
  if (scheme !== undefined) return scheme;
  const known = schemes.flatMap((one) => one.schemes).join("', '");
  throw new ToolError(
    "location_invalid",
    `Cannot read locations of scheme '${name}': supported are '${known}'`,
  );
}

/** The scheme that planned a source of this kind. @throws {TypeError} If none did. */
export function schemeOfKind(kind: string, schemes: readonly Scheme[]): Scheme {
  const scheme = schemes.find((one) => one.kind === kind);
  if (scheme === undefined) throw new TypeError(`no scheme plans sources of kind '${kind}'`);
  return scheme;
}

/** The scheme in a URL, lower case; text that is not a URL has the scheme `?`. */
export function schemeName({ url }: Location): string {
  return /^([a-z][a-z0-9+.-]{0,30}):/i.exec(url)?.[1]?.toLowerCase() ?? "?";
}
