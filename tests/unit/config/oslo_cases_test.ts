/**
 * The written cases of tests/peer/oslo_config_cases.txt, without oslo.config.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { parseCases } from "../../peer/oslo_config_case.ts";
import { ownOutcomes } from "../../peer/oslo_config_outcome.ts";

const FIXTURE = new URL("../../peer/oslo_config_cases.txt", import.meta.url);

Deno.test("loadConfig gives the result of the fixture for every written case", async () => {
  const cases = parseCases(await Deno.readTextFile(FIXTURE));
  assert(cases.length > 500, "the fixture lost its cases");
  for (const one of cases) assertEquals(ownOutcomes(one), one.expected, one.title);
});
