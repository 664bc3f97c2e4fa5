/**
 * The end of the program, an error of the disk, and the end of the power, each exactly at one step of a
 * fetch: before each write, at the flush, between the name and the flush of its directory.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sample, wage } from "./campaign.ts";
import type { Ended } from "../scenario/program.ts";
import { failing, killed, type Step, stepsOf, TRACED } from "./steps.ts";
import { DiskTrial } from "./disk.ts";
import { assertAfterPowerCut, EXT4 } from "./disks.ts";
import { Trial } from "./trial.ts";

/** Errors by call, as the manual pages name them. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  openat: ["EACCES", "EMFILE", "ENOSPC", "EROFS"],
  write: ["EDQUOT", "EIO", "ENOSPC", "EROFS"],
  ftruncate: ["EFBIG", "EIO"],
  fsync: ["EDQUOT", "EIO", "ENOSPC"],
  fchmod: ["EIO", "EPERM", "EROFS"],
  linkat: ["EACCES", "EDQUOT", "EIO", "ENOSPC", "EROFS"],
  unlink: ["EIO", "EROFS"],
};

Deno.test("SIGKILL at every step of a fetch", async () => {
  const steps = thinned(await plan());
  const { lost } = await wage({
    name: "SIGKILL exactly at a system call",
    cases: steps.length,
    open,
    async one(trial, index) {
      const { status } = await killed(trial, steps[index]!);
      assertEquals(status, 137, `not killed at ${textOf(steps[index]!)}`);
      trial.assertWholeOrNothing();
      await trial.assertRecovers();
      trial.clear();
    },
  });
  assertEquals(lost, []);
});

Deno.test("errors of the file system at every step of a fetch", async () => {
  const cases = thinned(await plan()).flatMap((step) =>
    (ERRORS[step.name] ?? ["EIO"]).map((error) => ({ step, error }))
  );
  const { lost } = await wage({
    name: "EIO, EDQUOT, ENOSPC, EROFS … of a call",
    cases: cases.length,
    open,
    async one(trial, index) {
      const { step, error } = cases[index]!;
      const ended = await struck(trial, step, error);
      trial.assertHonest(ended);
      if (step.name === "unlink") removeByHand(trial, ended.stderr);
      if (ended.status !== 0) assertEquals(trial.paths(), [], `${error} at ${textOf(step)}`);
      await trial.assertRecovers();
      trial.clear();
    },
  });
  assertEquals(lost, []);
});

Deno.test("power cut at every step of a fetch", async () => {
  const all = await plan();
  const steps = [
    ...sample(all.filter(({ name }) => name === "write"), 4),
    ...all.filter(({ name }) => name !== "write"),
  ];
  const { lost } = await wage({
    name: "power cut exactly at a system call",
    cases: steps.length,
    open: () =>
      DiskTrial.make(EXT4, (instances) => Promise.resolve(new Trial({ ...TRACED, instances }))),
    async one({ disk, trial }, index) {
      await killed(trial, steps[index]!);
      await disk.cutPower();
      await assertAfterPowerCut(disk, trial, 137);
    },
  });
  assertEquals(lost, []);
});

/**
 * Where a step is looked for, in calls from where the plan saw it. Between its writes to the cache a
 * thread wakes others through an eventfd, more or less often from run to run: what was call 11 may be
 * call 12. A miss is the runtime's own call, whose failure says nothing of ours.
 */
const SHOTS = [0, 1, -1, 0, 2, -2, 1, -1, 3, -3, 0];

/** Runs until the error has struck a call on the cache. */
async function struck(trial: Trial, step: Step, error: string): Promise<Ended> {
  for (const shift of SHOTS.filter((shift) => step.nth + shift > 0)) {
    const ended = await failing(trial, { ...step, nth: step.nth + shift }, error);
    if (ended !== undefined) return ended;
    await trial.untilQuiet();
    trial.clear();
  }
  throw new Error(`${error} never struck ${textOf(step)}`);
}

/** What cannot be removed is named, so that somebody else can. */
function removeByHand(trial: Trial, stderr: string): void {
  for (const path of trial.paths().filter((path) => path !== trial.base)) {
    assertStringIncludes(stderr, path);
    Deno.removeSync(path);
  }
}

function textOf({ name, nth }: Step): string {
  return `${name} ${nth}`;
}

function open(): Promise<Trial> {
  return Promise.resolve(new Trial(TRACED));
}

async function plan(): Promise<readonly Step[]> {
  await using trial = new Trial(TRACED);
  assertEquals((await trial.run()).status, 0);
  trial.clear();
  return await stepsOf(trial);
}

/** All calls but writes, of which there are many alike. */
function thinned(steps: readonly Step[]): readonly Step[] {
  const isWrite = ({ name }: Step) => name.includes("write");
  const others = steps.filter((step) => !isWrite(step));
  assert(others.length < 40);
  return [...sample(steps.filter(isWrite), 8), ...others];
}
