/**
 * Disks that are full, read-only, gone or without power.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { campaign } from "./campaign.ts";
import { type Disk, DiskTrial } from "./disk.ts";
import type { Ground, Outcome, Victim } from "./ground.ts";
import { slow, untilMidway } from "./midway.ts";

const MIB = 1 << 20;
/** Small, so that it is made and mounted in no time. */
export const EXT4 = { kind: "ext4", megabytes: 12 } as const;

const SIZE = 2 * MIB;
/** What an empty btrfs takes for itself. */
const TREES = 64 << 10;

/** Registers the campaigns. */
export function diskAccidents(ground: Ground): void {
  full(ground);
  quota(ground, "fetch", 1);
  quota(ground, "conversion", 2);
  filled(ground);
  turnedReadOnly(ground);
  readOnly(ground);
  removed(ground);
  powerCut(ground);
}

function full(ground: Ground): void {
  const options = { size: SIZE, flags: [ground.source] };
  campaign({
    name: `disk full at n/50 of a fetch${ground.suffix}`,
    cases: 50,
    open: () =>
      DiskTrial.make(
        { kind: "tmpfs", bytes: 2 * SIZE },
        (instances) => ground.open({ ...options, instances }),
      ),
    async one({ disk, trial }, index) {
      await disk.remount(`size=${Math.ceil(SIZE * index / 50) + 4096}`);
      assertFull(trial, await trial.run());
      await disk.remount(`size=${2 * SIZE}`);
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

/** @param taken How often the image's size a run takes: its raw copy lies beside it for a while. */
function quota(ground: Ground, what: "fetch" | "conversion", taken: number): void {
  const cases = ground.cases(10);
  const options = { size: SIZE, converted: what === "conversion", flags: [ground.source] };
  campaign({
    name: `quota reached at n/${cases} of a ${what}${ground.suffix}`,
    cases,
    open: () =>
      DiskTrial.make({ kind: "btrfs" }, (instances) => ground.open({ ...options, instances })),
    async one({ disk, trial }, index) {
      await disk.limit(TREES + Math.ceil(taken * SIZE * index / cases));
      const ended = await trial.run();
      assertFull(trial, ended);
      assertStringIncludes(ended.stderr, "uota exceeded");
      await disk.limit("none");
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function filled(ground: Ground): void {
  const cases = ground.cases(8);
  const options = { ...slow(ground), converted: true };
  campaign({
    name: `somebody fills the disk during a fetch or a conversion${ground.suffix}`,
    cases,
    open: () =>
      DiskTrial.make(
        { kind: "tmpfs", bytes: 24 * MIB },
        (instances) => ground.open({ ...options, instances }),
      ),
    async one({ disk, trial }, index) {
      const running = await trial.start();
      await untilMidway(trial);
      // What stays free is from nothing up to almost all that the original and the raw copy take.
      await disk.fill(8 * MIB * index / cases);
      assertFull(trial, await running.ended);
      await disk.empty();
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function turnedReadOnly(ground: Ground): void {
  campaign({
    name: `the disk turns read-only midway${ground.suffix}`,
    cases: ground.cases(4),
    lanes: 2,
    open: () => DiskTrial.make(EXT4, (instances) => ground.open({ ...slow(ground), instances })),
    async one({ disk, trial }) {
      const running = await trial.start();
      await untilMidway(trial);
      await disk.breakDown();
      const ended = await running.ended;
      assertEquals([73, 74].includes(ended.status), true, ended.stderr);
      assertEquals(trial.assertWholeOrNothing(), 0);
      await disk.restart();
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function readOnly(ground: Ground): void {
  campaign({
    name: `the disk is read-only${ground.suffix}`,
    cases: 1,
    open: () => DiskTrial.make(EXT4, (instances) => ground.open({ size: SIZE, instances })),
    async one({ disk, trial }) {
      await disk.remount("ro");
      assertEquals((await trial.run()).status, 73);
      await disk.remount("rw");
      await trial.assertRecovers();
    },
  });
}

function removed(ground: Ground): void {
  campaign({
    name: `the cache directory is removed midway${ground.suffix}`,
    cases: ground.cases(4),
    open: () => ground.open(slow(ground)),
    async one(trial) {
      const running = await trial.start();
      await untilMidway(trial);
      await Deno.remove(trial.cache, { recursive: true });
      const ended = await running.ended;
      trial.assertHonest(ended);
      assert(ended.status !== 0, "the file cannot be there");
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

function powerCut(ground: Ground): void {
  campaign({
    name: `power cut at a random moment${ground.suffix}`,
    cases: ground.cases(24),
    open: () =>
      DiskTrial.make(
        EXT4,
        (instances) => ground.open({ size: SIZE, flags: [ground.source], instances }),
      ),
    async one({ disk, trial }) {
      const running = await trial.start();
      await new Promise((resolve) => setTimeout(resolve, 100 + 250 * Math.random()));
      await disk.cutPower();
      const { status } = await running.ended;
      await assertAfterPowerCut(disk, trial, status);
    },
  });
}

/** It said that there is no space, and left nothing that takes any. */
function assertFull(trial: Victim, { status, stderr }: Outcome): void {
  assertEquals(status, 73, stderr);
  assertStringIncludes(stderr, '"code":"no_space"');
  assertEquals(trial.paths(), []);
}

/** What a run called done is there, whole; of what it did not, nothing has the name or all of it. */
export async function assertAfterPowerCut(
  disk: Disk,
  trial: Victim,
  status: number,
): Promise<void> {
  await trial.untilQuiet();
  await disk.restart();
  const whole = trial.assertWholeOrNothing();
  if (status === 0) assertEquals(whole, trial.images.length, "called done, and lost");
  await trial.assertRecovers();
  trial.clear();
}
