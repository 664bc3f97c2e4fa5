/**
 * Checks whether a certificate is valid for a host (RFC 6125 §6.4, RFC 2818 §3.1).
 *
 * @module
 */

/**
 * Whether one of the names of a certificate is this host. A wildcard matches one whole label.
 *
 * @param hostname As in a URL, with or without brackets.
 *
 * @example
 * ```ts
 * import { isFor } from "@/openstack/http/host_name.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isFor(["*.example.org"], "glance.example.org"), true);
 * assertEquals(isFor(["*.example.org"], "a.glance.example.org"), false);
 * ```
 */
export function isFor(names: readonly string[], hostname: string): boolean {
  const wanted = canonical(hostname);
  return names.map(canonical).some((name) => {
    if (!name.startsWith("*.") || /[\d\]]$/.test(wanted)) return name === wanted;
    return wanted.includes(".") && wanted.slice(wanted.indexOf(".")) === name.slice(1);
  });
}

/** The canonical spelling of a name or an address. */
function canonical(name: string): string {
  const plain = name.replace(/^\[|\]$/g, "").replace(/\.$/, "").toLowerCase();
  const url = `http://${plain.includes(":") ? `[${plain}]` : plain}`;
  return plain.includes("*") || !URL.canParse(url) ? plain : new URL(url).hostname;
}
