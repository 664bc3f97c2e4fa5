/**
 * `deno task test:release NAME [SUITE…]`: runs the suites of a release in a root of it, which is
 * kept with its packages. Processes and mounts that they leave behind end with them.
 *
 * @module
 */
import { attached } from "./apart.ts";
import { enter } from "./enter.ts";
import { make } from "./make.ts";
import { placeOf } from "./place.ts";
import { ownEnvironment } from "./run.ts";

if (import.meta.main) {
  const [release = "", ...suites] = Deno.args;
  const { release: name } = placeOf(release);
  const place = await make(`${name}-lab`);
  const argv = ["deno", "task", "--quiet", "test:here", `--release=${name}`, ...suites];
  Deno.exit(await enter(place, argv, attached, { env: ownEnvironment() }));
}
