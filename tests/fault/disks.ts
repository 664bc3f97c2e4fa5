/**
 * Disks that are full, read-only, gone or without power.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Ended } from "../scenario/program.ts";
import { campaign, sample, scaled, wage } from "./campaign.ts";
import { type Disk, DiskTrial } from "./disk.ts";
import { SLOW, untilMidway } from "./midway.ts";
import { killed, stepsOf, TRACED } from "./steps.ts";
import { Trial } from "./trial.ts";

const MIB = 1 << 20;
const EXT4 = { kind: "ext4", megabytes: 12 } as const;

const SIZE = 2 * MIB;
const GLANCE = "--source=glance";
/** What an empty btrfs takes for itself. */
const TREES = 64 << 10;

campaign({
  name: "disk full at n/50 of a fetch",
  cases: 50,
  open: () => DiskTrial.make({ kind: "tmpfs", bytes: 2 * SIZE }, { size: SIZE, flags: [GLANCE] }),
  async one({ disk, trial }, index) {
    await disk.remount(`size=${Math.ceil(SIZE * index / 50) + 4096}`);
    assertFull(trial, await trial.run());
    await disk.remount(`size=${2 * SIZE}`);
    await trial.assertRecovers();
    trial.clear();
  },
});

for (const [what, converted, taken] of [["fetch", false, 1], ["conversion", true, 2]] as const) {
  const cases = scaled(10);
  campaign({
    name: `quota reached at n/${cases} of a ${what}`,
    cases,
    open: () => DiskTrial.make({ kind: "btrfs" }, { size: SIZE, converted, flags: [GLANCE] }),
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

const FILLED = scaled(8);

campaign({
  name: "somebody fills the disk during a fetch or a conversion",
  cases: FILLED,
  open: () => DiskTrial.make({ kind: "tmpfs", bytes: 24 * MIB }, { ...SLOW, converted: true }),
  async one({ disk, trial }, index) {
    const running = await trial.host.start(trial.command);
    await untilMidway(trial);
    // What stays free is from nothing up to almost all that the original and the raw copy take.
    await disk.fill(8 * MIB * index / FILLED);
    assertFull(trial, await running.ended);
    await disk.empty();
    await trial.assertRecovers();
    trial.clear();
  },
});

campaign({
  name: "the disk turns read-only midway",
  cases: scaled(4),
  lanes: 2,
  open: () => DiskTrial.make(EXT4, SLOW),
  async one({ disk, trial }) {
    const running = await trial.host.start(trial.command);
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

campaign({
  name: "the disk is read-only",
  cases: 1,
  open: () => DiskTrial.make(EXT4, {}),
  async one({ disk, trial }) {
    await disk.remount("ro");
    assertEquals((await trial.run()).status, 73);
    await disk.remount("rw");
    await trial.assertRecovers();
  },
});

campaign({
  name: "the cache directory is removed midway",
  cases: scaled(4),
  open: () => Promise.resolve(new Trial(SLOW)),
  async one(trial) {
    const running = await trial.host.start(trial.command);
    await untilMidway(trial);
    await Deno.remove(trial.host.cache, { recursive: true });
    const ended = await running.ended;
    trial.assertHonest(ended);
    assert(ended.status !== 0, "the file cannot be there");
    await trial.assertRecovers();
    trial.clear();
  },
});

campaign({
  name: "power cut at a random moment",
  cases: scaled(24),
  open: () => DiskTrial.make(EXT4, { flags: [GLANCE] }),
  async one({ disk, trial }) {
    const running = await trial.host.start(trial.command);
    await new Promise((resolve) => setTimeout(resolve, 100 + 250 * Math.random()));
    await disk.cutPower();
    const { status } = await running.ended;
    await assertAfterPowerCut(disk, trial, status);
  },
});

Deno.test("power cut at every step of a fetch", async () => {
  await using first = new Trial(TRACED);
  assertEquals((await first.run()).status, 0);
  first.clear();
  const all = await stepsOf(first);
  const steps = [
    ...sample(all.filter(({ name }) => name === "write"), 4),
    ...all.filter(({ name }) => name !== "write"),
  ];
  const { lost } = await wage({
    name: "power cut exactly at a system call",
    cases: steps.length,
    open: () => DiskTrial.make(EXT4, TRACED),
    async one({ disk, trial }, index) {
      await killed(trial, steps[index]!);
      await disk.cutPower();
      await assertAfterPowerCut(disk, trial, 137);
    },
  });
  assertEquals(lost, []);
});

/** It said that there is no space, and left nothing that takes any. */
function assertFull(trial: Trial, { status, stderr }: Ended): void {
  assertEquals(status, 73, stderr);
  assertStringIncludes(stderr, '"code":"no_space"');
  assertEquals(trial.paths(), []);
}

/** What a run called done is there, whole; of what it did not, nothing has the name or all of it. */
async function assertAfterPowerCut(disk: Disk, trial: Trial, status: number): Promise<void> {
  await trial.untilQuiet();
  await disk.restart();
  const whole = trial.assertWholeOrNothing();
  if (status === 0) assertEquals(whole, trial.images.length, "called done, and lost");
  await trial.assertRecovers();
  trial.clear();
}
