/**
 * Glance stops during a transfer, Keystone does not answer, and tokens expire.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { failureOf, resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import type { FaultLab } from "./fault_lab.ts";
import { untilMidway } from "./slow_fetch.ts";

const SIZE = 1 << 20;

/** Registers the campaigns. */
export function serviceAccidents(lab: FaultLab): void {
  brokenGlance(lab);
  brokenKeystone(lab);
  endedTokens(lab);
}

function brokenGlance(lab: FaultLab): void {
  const cases = lab.cases(6);
  campaign({
    name: `Glance stops during a transfer, and comes back${lab.suffix}`,
    cases,
    open: () => lab.openFrail({ size: SIZE, flags: ["--source=glance", "--retries=0"] }),
    async one(host, index) {
      const after = Math.floor((SIZE - 1) * index / (cases - 1));
      host.breakGlance({ kind: "cut", after });
      failureOf(await host.run(), 75);
      assertEquals(host.paths(), []);
      host.breakGlance(undefined);
      await host.assertRecovers();
      host.clear();
    },
  });
}

function brokenKeystone(lab: FaultLab): void {
  campaign({
    name: `Keystone answers 503${lab.suffix}`,
    cases: lab.cases(2),
    open: () => lab.openFrail({ size: SIZE, keystone: true }),
    async one(host) {
      host.breakKeystone(true);
      assertEquals(failureOf(await host.run(), 75).code, "temporary");
      assertEquals(host.paths(), []);
      host.breakKeystone(false);
      await host.assertRecovers();
      host.clear();
    },
  });
}

/**
 * Glance breaks off too, so that the program has to ask again; six seconds are enough for a slow
 * Keystone to end the tokens before. In one lane: tokens are every host's.
 */
function endedTokens(lab: FaultLab): void {
  const flags = ["--source=glance", "--limit-rate=512K"];
  campaign({
    name: `the token expires during a transfer${lab.suffix}`,
    cases: lab.cases(2),
    lanes: 1,
    open: () => lab.openFrail({ size: 4 * SIZE, flags, keystone: true }),
    async one(host) {
      host.breakGlance({ kind: "cut", after: 3 * SIZE });
      const running = await host.start();
      await untilMidway(host);
      await host.endTokens();
      host.breakGlance(undefined);
      const { attempts } = resultOf(await running.ended);
      const tried = attempts.filter(({ outcome }) => outcome !== "skipped");
      assertEquals(tried.map(({ outcome }) => outcome), ["failed", "ok"]);
      host.clear();
      await host.assertRecovers();
      host.clear();
    },
  });
}
