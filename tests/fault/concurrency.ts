/**
 * Many processes at once, and a lock whose holder has died.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import type { FaultLab } from "./fault_lab.ts";
import { slow, untilMidway } from "./slow_fetch.ts";

/** Registers the campaigns. */
export function crowdAccidents(lab: FaultLab): void {
  manyProcesses(lab);
  manyImages(lab);
  deadHolder(lab);
}

function manyProcesses(lab: FaultLab): void {
  campaign({
    name: `50 processes request one image${lab.suffix}`,
    cases: lab.cases(1),
    open: () => lab.open({ flags: [lab.source] }),
    async one(host) {
      const ended = await Promise.all(Array.from({ length: 50 }, () => host.run()));
      const fetched = ended.filter((one) => resultOf(one).outcome === "fetched");
      assertEquals(fetched.length, 1);
      await host.assertRecovers();
      host.clear();
    },
  });
}

function manyImages(lab: FaultLab): void {
  const { concurrency: images, source } = lab;
  const flags = [source, `--concurrency=${images}`];
  campaign({
    name: `${images} images at once${lab.suffix}`,
    cases: lab.cases(1),
    open: () => lab.open({ images, size: 50_000, flags }),
    async one(host) {
      const { status, stderr } = await host.run();
      assertEquals(status, 0, stderr);
      assertEquals(host.assertWholeOrNothing(), images);
      await host.assertRecovers();
      host.clear();
    },
  });
}

function deadHolder(lab: FaultLab): void {
  campaign({
    name: `the holder of the lock is killed while others wait${lab.suffix}`,
    cases: lab.cases(3),
    open: () => lab.open(slow(lab)),
    async one(host) {
      const holder = await host.start();
      await untilMidway(host);
      const waiting = Array.from({ length: 3 }, () => host.run());
      await new Promise((resolve) => setTimeout(resolve, 300));
      holder.kill("SIGKILL");
      await holder.ended;
      const outcomes = (await Promise.all(waiting)).map((one) => resultOf(one).outcome).sort();
      assertEquals(outcomes, ["cached", "cached", "fetched"]);
      await host.assertRecovers();
      host.clear();
    },
  });
}
