/**
 * Few file descriptors.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { campaign } from "./campaign.ts";
import type { FaultLab } from "./fault_lab.ts";

/** Registers the campaign. */
export function limitAccidents(lab: FaultLab): void {
  const sources = ["--source=rbd", "--source=glance"];
  campaign({
    name: `64 open files${lab.suffix}`,
    cases: sources.length,
    open: () => lab.open({ images: 8, size: 200_000, flags: ["--concurrency=2"] }),
    async one(host, index) {
      const wrapper = ["prlimit", "--nofile=64:64"];
      const { status, stderr } = await host.run({ wrapper, flags: [sources[index] ?? ""] });
      assertEquals(status, 0, stderr);
      await host.assertRecovers();
      host.clear();
    },
  });
}
