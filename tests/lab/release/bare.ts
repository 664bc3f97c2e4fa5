/**
 * `deno task test:bare RELEASE [--ordinary] [--umask=M] [--ipv6] [--deno=V] [--demo] [--in=DIR]
 * [--env=WORD…]`: README's first two commands in the environment of a user: on a fresh machine with
 * only Node and npm, in a new clone.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { attached } from "./apart.ts";
import { enter, type EnterOptions } from "./enter.ts";
import { make } from "./make.ts";
import { record } from "./results.ts";
import { watched } from "./watched.ts";

/**
 * `$1` is the version of Deno, `$2` the directory of the clone, `$3` the last command to follow; the
 * rest are words for env(1). Three verified images prove that the demo showed its three steps.
 */
const FOLLOW = `set -euo pipefail
version=$1 directory=$2 last=$3
shift 3
for absent in git qemu-img rbd; do
  ! command -v "$absent" || { echo "'$absent' is installed: this is not a fresh machine" >&2; exit 1; }
done
cd
rm -rf "$directory" .npm .cache
mkdir -p "$directory"
cd "$directory"
tar -xf /tmp/checkout.tar --no-same-permissions --no-same-owner
env "$@" npx --yes "deno@$version" task demo </dev/null | tee /tmp/demo.txt
test "$(grep -c ' verified, format ' /tmp/demo.txt)" = 3
[ "$last" != demo ] || exit 0
exec env "$@" npx --yes "deno@$version" task test </dev/null`;

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    args: Deno.args,
    options: {
      ordinary: { type: "boolean", default: false },
      umask: { type: "string", default: "022" },
      ipv6: { type: "boolean", default: false },
      deno: { type: "string", default: Deno.version.deno },
      // The first command alone.
      demo: { type: "boolean", default: false },
      // A directory below the user's home.
      in: { type: "string", default: "glance-direct" },
      // Words for env(1): NAME=VALUE, --unset=NAME.
      env: { type: "string", multiple: true, default: [] },
    },
  });
  const [name = ""] = positionals;
  const place = await make(name);
  const last = values.demo ? "demo" : "test";
  const argv = ["bash", "-c", FOLLOW, "bash", values.deno, values.in, last, ...values.env];
  const options: EnterOptions = {
    user: values.ordinary ? "dev" : "root",
    umask: values.umask,
    ipv6: values.ipv6,
    env: { NO_COLOR: "1" },
    checkout: "archived",
  };
  if (values.demo) Deno.exit(await enter(place, argv, attached, options));
  const result = await enter(place, argv, watched, options);
  record(place.release, { suites: { test: result } });
  Deno.exit(result.failed === 0 ? 0 : 1);
}
