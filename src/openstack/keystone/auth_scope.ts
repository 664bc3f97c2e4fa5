/**
 * The scope of a token: a project, a domain, a trust or the system; and the domains of names.
 *
 * @module
 */
import type { AuthOptionReader } from "@/openstack/keystone/auth_options.ts";

/** OSC's `--os-default-domain` (osc_lib/shell.py): the domain if none is given. */
const DEFAULT_DOMAIN = { id: "default" };

/** The name of a scope in messages. */
const NAMES: Readonly<Record<string, string>> = {
  "project": "a project",
  "domain": "a domain",
  "OS-TRUST:trust": "a trust",
  "system": "the system (system_scope)",
};

/**
 * The scope of the request, `undefined` without one. Scopes exclude each other
 * (keystoneauth1/identity/v3/base.py, `get_auth_ref`, which ignores `system_scope` beside a project;
 * here it is refused, because both cannot be meant).
 *
 * @throws {ToolError} `config_invalid`, if there is more than one.
 */
export function scopeOf(at: AuthOptionReader): object | undefined {
  const id = at.get("project_id");
  const name = at.get("project_name");
  const trust = at.get("trust_id");
  const domain = at.has("domain") ? domainOf(at, "domain") : undefined;
  const project = id !== undefined
    ? { id }
    : name !== undefined
    ? { name, domain: domainOf(at, "project_domain") }
    : undefined;
  const scopes = [
    ...(project === undefined ? [] : [{ project }]),
    ...(domain === undefined ? [] : [{ domain }]),
    ...(trust === undefined ? [] : [{ "OS-TRUST:trust": { id: trust } }]),
    ...(at.get("system_scope") === "all" ? [{ system: { all: true } }] : []),
  ];
  if (scopes.length > 1) {
    const names = scopes.map((scope) => NAMES[Object.keys(scope)[0] ?? ""]).join(" and ");
    throw at.wrong(`a token cannot be for several things at once, ${names}`, "system_scope");
  }
  return scopes[0];
}

/**
 * A domain as the Identity API names it: by id, by name, or the default domain of every tool.
 *
 * @param prefix `domain`, `user_domain` or `project_domain`.
 */
export function domainOf(at: AuthOptionReader, prefix: string): object {
  const id = at.get(`${prefix}_id`);
  if (id !== undefined) return { id };
  const name = at.get(`${prefix}_name`);
  if (name !== undefined) return { name };
  return prefix === "default_domain" ? DEFAULT_DOMAIN : domainOf(at, "default_domain");
}
