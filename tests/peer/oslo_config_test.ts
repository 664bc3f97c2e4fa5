/**
 * The configuration compared with Debian's python3-oslo.config: the same value, or the same kind of
 * error in the same line. Intended differences are at the end of `oslo_config_cases.txt`.
 *
 * @module
 */
import fc from "fast-check";
import type { OptionGroups } from "@/config/option_spec.ts";
import { OPTIONS } from "@/config/options.ts";
import { assertEquals } from "@std/assert";
import { OSLO_CASES } from "./oslo_config_arbitrary.ts";
import { type OsloCase, type Outcome, type Outcomes, parseCases } from "./oslo_config_case.ts";
import { ownOutcomes } from "./oslo_config_outcome.ts";
import { peerTest, runPython } from "./peer.ts";

const GENERATED = 5000;
const SEED = 20_261_123;
const PEERS = { modules: ["oslo_config"] };

peerTest("oslo.config gives the result of the fixture for every written case", PEERS, async () => {
  const fixture = new URL("oslo_config_cases.txt", import.meta.url);
  const cases = parseCases(await Deno.readTextFile(fixture));
  const outcomes = await osloOutcomes(cases);
  cases.forEach((one, index) => assertEquals(outcomes[index], one.oslo, one.title));
});

peerTest(
  `loadConfig reads ${GENERATED} generated configurations as oslo.config does`,
  PEERS,
  async () => {
    const cases = fc.sample(OSLO_CASES, { seed: SEED, numRuns: GENERATED });
    const outcomes = await osloOutcomes(cases);
    cases.forEach((one, index) => {
      const oslo = withDefaults(one, outcomes[index] ?? []);
      assertEquals(ownOutcomes(one), oslo, JSON.stringify(one, null, 2));
    });
  },
);

async function osloOutcomes(cases: readonly OsloCase[]): Promise<readonly Outcomes[]> {
  const request = JSON.stringify({ table: OPTIONS, cases });
  return await runPython("oslo_config_peer.py", request) as readonly Outcomes[];
}

/** The one intended difference that no generator can avoid: `None` where there is a default. */
function withDefaults({ keys }: OsloCase, outcomes: Outcomes): Outcomes {
  if (!Array.isArray(outcomes)) return outcomes;
  return outcomes.map((outcome: Outcome, index) => {
    const [group = "", name = ""] = keys[index]?.split(".") ?? [];
    const text = (OPTIONS as OptionGroups)[group]?.[name]?.default;
    const isNone = "value" in outcome && outcome.value === null && text !== undefined;
    return isNone ? { value: Number(text) } : outcome;
  });
}
