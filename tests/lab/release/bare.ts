/**
 * `deno task test:bare RELEASE [--ordinary] [--umask=M] [--ipv6] [--deno=V]`: README's first two
 * commands in the environment of a user: on a fresh machine with only Node and npm, in a new clone.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { enter } from "./enter.ts";
import { make } from "./make.ts";
import { record } from "./results.ts";
import { watched } from "./watched.ts";

/**
 * `$1` is the version of Deno. Three verified images prove that the demo showed its three steps.
 */
const FOLLOW = `set -euo pipefail
for absent in git qemu-img rbd; do
  ! command -v "$absent" || { echo "'$absent' is there: this is no fresh machine" >&2; exit 1; }
done
cd
rm -rf glance-direct .npm .cache
mkdir glance-direct
cd glance-direct
tar -xf /tmp/checkout.tar --no-same-permissions --no-same-owner
npx --yes "deno@$1" task demo </dev/null | tee /tmp/demo.txt
test "$(grep -c ' verified, format ' /tmp/demo.txt)" = 3
exec npx --yes "deno@$1" task test </dev/null`;

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    args: Deno.args,
    options: {
      ordinary: { type: "boolean", default: false },
      umask: { type: "string", default: "022" },
      ipv6: { type: "boolean", default: false },
      deno: { type: "string", default: Deno.version.deno },
    },
  });
  const [name = ""] = positionals;
  const place = await make(name);
  const result = await enter(place, ["bash", "-c", FOLLOW, "bash", values.deno], watched, {
    user: values.ordinary ? "dev" : "root",
    umask: values.umask,
    ipv6: values.ipv6,
    env: { NO_COLOR: "1" },
    checkout: "archived",
  });
  await record(place.release, { suites: { test: result } });
  Deno.exit(result.failed === 0 ? 0 : 1);
}
