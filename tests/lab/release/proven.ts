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
  const proofs = Object.fromEntries(RELEASES.map((name) => [name, proofOf(name)]));
  const text = withTable(await Deno.readTextFile(readme), proofs);
  await Deno.writeTextFile(readme, text);
}
