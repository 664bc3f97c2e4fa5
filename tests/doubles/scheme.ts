/**
 * Schemes of a test's own.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import type { PlanningHost, Scheme } from "@/sources/scheme.ts";
import { type Script, ScriptedSource } from "./source.ts";
import { configOf, world } from "./world.ts";

/** A scheme whose kind is its URL scheme; it refuses the locations that end in `refused`. */
export function schemeOf(
  kind: string,
  changes: Partial<Scheme> = {},
  ...scripts: Script[]
): Scheme {
  return {
    kind,
    schemes: [kind],
    plan({ url }) {
      if (url.endsWith("refused")) throw new ToolError("location_invalid", `Not ${url}`);
      return { label: url, settings: { from: kind } };
    },
    needs: () => ({}),
    source: () => new ScriptedSource(kind, ...scripts),
    ...changes,
  };
}

/** A host with this nova.conf, and other text files by path. */
export function planningHost(
  conf = "",
  files: Readonly<Record<string, string>> = {},
): PlanningHost {
  return {
    config: configOf(conf),
    context: world({ files }),
    client: { endpoints: ["http://glance:9292"] },
  };
}
