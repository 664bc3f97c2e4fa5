/**
 * Disks that are full, read-only, gone or without power.
 *
 * @module
 */
import { LOSS } from "@/cache/ingest.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { campaign } from "./campaign.ts";
import { type Disk, DiskHost } from "./disk.ts";
import type { FaultLab, Outcome, Victim } from "./fault_lab.ts";
import { slow, untilMidway, untilNamed } from "./slow_fetch.ts";
import { traceable } from "./steps.ts";

const MIB = 1 << 20;
/** Small, so that it is made and mounted in no time. */
export const EXT4 = { kind: "ext4", megabytes: 12 } as const;

const SIZE = 2 * MIB;
/** What an empty btrfs takes for itself. */
const TREES = 64 << 10;

/** Registers the campaigns. */
export function diskAccidents(lab: FaultLab): void {
  full(lab);
  quota(lab, "fetch", 1);
  quota(lab, "conversion", 2);
  filled(lab);
  turnedReadOnly(lab);
  readOnly(lab);
  removed(lab);
  powerCut(lab);
  powerCutAfterName(lab);
}

function full(lab: FaultLab): void {
  const options = { size: SIZE, flags: [lab.source] };
  campaign({
    name: `disk full at n/50 of a fetch${lab.suffix}`,
    cases: 50,
    open: () =>
      DiskHost.make(
        { kind: "tmpfs", bytes: 2 * SIZE },
        (instances) => lab.open({ ...options, instances }),
      ),
    async one({ disk, host }, index) {
      await disk.remount(`size=${Math.ceil(SIZE * index / 50) + 4096}`);
      assertFull(host, await host.run());
      await disk.remount(`size=${2 * SIZE}`);
      await host.assertRecovers();
      host.clear();
    },
  });
}

/** @param taken How often the image's size a run takes: its raw copy lies beside it for a while. */
function quota(lab: FaultLab, what: "fetch" | "conversion", taken: number): void {
  const cases = lab.cases(10);
  const options = { size: SIZE, converted: what === "conversion", flags: [lab.source] };
  campaign({
    name: `quota reached at n/${cases} of a ${what}${lab.suffix}`,
    cases,
    open: () =>
      DiskHost.make({ kind: "btrfs" }, (instances) => lab.open({ ...options, instances })),
    async one({ disk, host }, index) {
      await disk.limit(TREES + Math.ceil(taken * SIZE * index / cases));
      const ended = await host.run();
      assertFull(host, ended);
      assertStringIncludes(ended.stderr, "uota exceeded");
      await disk.limit("none");
      await host.assertRecovers();
      host.clear();
    },
  });
}

function filled(lab: FaultLab): void {
  const cases = lab.cases(8);
  const options = { ...slow(lab), converted: true };
  campaign({
    name: `another process fills the disk during a fetch or a conversion${lab.suffix}`,
    cases,
    open: () =>
      DiskHost.make(
        { kind: "tmpfs", bytes: 24 * MIB },
        (instances) => lab.open({ ...options, instances }),
      ),
    async one({ disk, host }, index) {
      const running = await host.start();
      await untilMidway(host);
      // What stays free is from nothing up to almost all that the original and the raw copy take.
      await disk.fill(8 * MIB * index / cases);
      assertFull(host, await running.ended);
      await disk.empty();
      await host.assertRecovers();
      host.clear();
    },
  });
}

function turnedReadOnly(lab: FaultLab): void {
  campaign({
    name: `the disk turns read-only during a fetch${lab.suffix}`,
    cases: lab.cases(4),
    lanes: 2,
    open: () => DiskHost.make(EXT4, (instances) => lab.open({ ...slow(lab), instances })),
    async one({ disk, host }) {
      const running = await host.start();
      await untilMidway(host);
      await disk.breakDown();
      const ended = await running.ended;
      assertEquals([73, 74].includes(ended.status), true, ended.stderr);
      assertEquals(host.assertWholeOrNothing(), 0);
      await disk.restart();
      await host.assertRecovers();
      host.clear();
    },
  });
}

function readOnly(lab: FaultLab): void {
  campaign({
    name: `the disk is read-only${lab.suffix}`,
    cases: 1,
    open: () => DiskHost.make(EXT4, (instances) => lab.open({ size: SIZE, instances })),
    async one({ disk, host }) {
      await disk.remount("ro");
      assertEquals((await host.run()).status, 73);
      await disk.remount("rw");
      await host.assertRecovers();
    },
  });
}

function removed(lab: FaultLab): void {
  campaign({
    name: `the cache directory is removed during a fetch${lab.suffix}`,
    cases: lab.cases(4),
    open: () => lab.open(slow(lab)),
    async one(host) {
      const running = await host.start();
      await untilMidway(host);
      await Deno.remove(host.cache, { recursive: true });
      const ended = await running.ended;
      host.assertHonest(ended);
      assert(ended.status !== 0, "the file cannot be there");
      await host.assertRecovers();
      host.clear();
    },
  });
}

function powerCut(lab: FaultLab): void {
  campaign({
    name: `power cut at a random moment${lab.suffix}`,
    cases: lab.cases(24),
    open: () =>
      DiskHost.make(
        EXT4,
        (instances) => lab.open({ size: SIZE, flags: [lab.source], instances }),
      ),
    async one({ disk, host }) {
      const running = await host.start();
      await new Promise((resolve) => setTimeout(resolve, 100 + 250 * Math.random()));
      await disk.cutPower();
      await assertAfterPowerCut(disk, host, await running.ended);
    },
  });
}

function powerCutAfterName(lab: FaultLab): void {
  const wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=linkat"];
  // The call returns late, so that the cut comes before the flush of the directory.
  wrapper.push("-e", "inject=linkat:delay_exit=1500000");
  campaign({
    name: `power cut between the name and the flush of its directory${lab.suffix}`,
    cases: 1,
    open: () => DiskHost.make(EXT4, (instances) => lab.open({ ...traceable(lab), instances })),
    async one({ disk, host }) {
      const running = await host.start({ wrapper });
      await untilNamed(host);
      await disk.cutPower();
      const ended = await running.ended;
      assertEquals(ended.status, 0, ended.stderr);
      assertStringIncludes(ended.stderr, LOSS);
      await assertAfterPowerCut(disk, host, ended);
    },
  });
}

/** It said that there is no space, and left nothing that takes any. */
function assertFull(host: Victim, { status, stderr }: Outcome): void {
  assertEquals(status, 73, stderr);
  assertStringIncludes(stderr, '"code":"no_space"');
  assertEquals(host.paths(), []);
}

/**
 * What a run called done is there, whole, unless it warned that it may be lost; of what it did not,
 * nothing has the name or all of it. Here a run outlives the cut, which may come between the name and
 * the flush of its directory.
 */
export async function assertAfterPowerCut(
  disk: Disk,
  host: Victim,
  { status, stderr }: Pick<Outcome, "status" | "stderr">,
): Promise<void> {
  await host.untilQuiet();
  await disk.restart();
  const whole = host.assertWholeOrNothing();
  if (status === 0 && !stderr.includes(LOSS)) {
    assertEquals(whole, host.images.length, `called done, and lost: ${stderr}`);
  }
  await host.assertRecovers();
  host.clear();
}
