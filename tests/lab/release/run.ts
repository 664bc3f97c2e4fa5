/**
 * `deno task root:run NAME [--ordinary] [--umask=M] [--ipv6] -- COMMAND…`: runs a command, or a
 * shell, in the root of a release.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { attached } from "./apart.ts";
import { enter } from "./enter.ts";
import { make } from "./make.ts";

/** Settings of the tests that a root's commands inherit from the caller. */
const OWN = /^(GLANCE_DIRECT_(?!ROOTS)\w+|NO_COLOR|DENO_NO_UPDATE_CHECK|CI)$/;

/** The caller's settings of the tests. */
export function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => OWN.test(name)));
}

if (import.meta.main) {
  const options = {
    ordinary: { type: "boolean" },
    umask: { type: "string" },
    ipv6: { type: "boolean" },
  } as const;
  const { values, positionals: [name = "", ...command] } = parseArgs({
    args: Deno.args,
    options,
    allowPositionals: true,
  });
  const argv = command.length > 0 ? command : ["bash"];
  Deno.exit(
    await enter(await make(name), argv, attached, {
      user: values.ordinary ? "dev" : "root",
      umask: values.umask ?? "022",
      ipv6: values.ipv6 ?? false,
      env: ownEnvironment(),
    }),
  );
}
