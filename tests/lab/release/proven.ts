/**
 * `deno task proven`: updates README's table with the results of the last runs.
 *
 * @module
 */
import { CHECKOUT } from "./place.ts";
import { proofOf } from "./results.ts";
import { withTable } from "./table.ts";

const RELEASES = ["bookworm", "trixie", "sid"];

if (import.meta.main) {
  const readme = `${CHECKOUT}/README.md`;
  const proofs = RELEASES.map(async (name) => [name, await proofOf(name)] as const);
  const text = withTable(
    await Deno.readTextFile(readme),
    Object.fromEntries(await Promise.all(proofs)),
  );
  await Deno.writeTextFile(readme, text);
}
