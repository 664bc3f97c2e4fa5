/**
 * Ends the lab: `deno task lab:down [--wipe]`. Only processes that the lab started are ended; `--wipe`
 * also removes its directory.
 *
 * @module
 */
import { stopLab, wipeLab } from "./lab.ts";
import { step } from "./wait.ts";

if (import.meta.main) {
  const [flag, ...others] = Deno.args;
  if (others.length > 0 || (flag ?? "--wipe") !== "--wipe") {
    throw new Error(`Cannot read '${Deno.args.join(" ")}': the only flag is --wipe`);
  }
  await step("lab is down", flag === "--wipe" ? wipeLab : stopLab);
}
