/**
 * A killed program, a disk error and a power cut, each exactly at one step of a fetch: before each
 * write, at the flush, between the name and the flush of its directory.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sample, type Tally, wage } from "./campaign.ts";
import { DiskHost } from "./disk.ts";
import { assertAfterPowerCut, EXT4 } from "./disks.ts";
import type { FaultLab, Outcome, Victim } from "./fault_lab.ts";
import { failing, killed, type Shot, type Step, stepsOf, traceable } from "./steps.ts";

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

/** Registers the tests. */
export function stepAccidents(lab: FaultLab): void {
  killedAtSteps(lab);
  failingSteps(lab);
  powerlessSteps(lab);
}

function killedAtSteps(lab: FaultLab): void {
  stepTest(lab, "SIGKILL exactly at a system call", async (name, all) => {
    const steps = chosen(lab, thinned(all));
    return await wage({
      name,
      cases: steps.length,
      open: () => lab.open(traceable(lab)),
      async one(host, index) {
        const step = steps[index]!;
        const { status } = await struck(host, step, "SIGKILL", (aim) => killed(host, aim));
        assertEquals(status, 137, `not killed at ${textOf(step)}`);
        host.assertWholeOrNothing();
        await host.assertRecovers();
        host.clear();
      },
    });
  });
}

function failingSteps(lab: FaultLab): void {
  stepTest(lab, "EIO, EDQUOT, ENOSPC, EROFS … of a call", async (name, all) => {
    const cases = chosen(
      lab,
      thinned(all).flatMap((step) =>
        (ERRORS[step.name] ?? ["EIO"]).map((error) => ({ step, error }))
      ),
    );
    return await wage({
      name,
      cases: cases.length,
      open: () => lab.open(traceable(lab)),
      async one(host, index) {
        const { step, error } = cases[index]!;
        const ended = await struck(host, step, error, (aim) => failing(host, aim, error));
        host.assertHonest(ended);
        if (step.name === "unlink") removeByHand(host, ended.stderr);
        if (ended.status !== 0) assertEquals(host.paths(), [], `${error} at ${textOf(step)}`);
        await host.assertRecovers();
        host.clear();
      },
    });
  });
}

function powerlessSteps(lab: FaultLab): void {
  stepTest(lab, "power cut exactly at a system call", async (name, all) => {
    const steps = chosen(lab, [
      ...sample(all.filter(({ name }) => name === "write"), 4),
      ...all.filter(({ name }) => name !== "write"),
    ]);
    return await wage({
      name,
      cases: steps.length,
      open: () => DiskHost.make(EXT4, (instances) => lab.open({ ...traceable(lab), instances })),
      async one({ disk, host }, index) {
        await killed(host, steps[index]!);
        await disk.cutPower();
        await assertAfterPowerCut(disk, host, { status: 137, stderr: "" });
      },
    });
  });
}

/** Registers a campaign whose cases are the steps of a run, which are known only then. */
function stepTest(
  lab: FaultLab,
  what: string,
  run: (name: string, steps: readonly Step[]) => Promise<Tally>,
): void {
  const name = `${what}${lab.suffix}`;
  Deno.test(name, async () => {
    const { lost } = await run(name, await plan(lab));
    assertEquals(lost, []);
  });
}

/** Runs until a step was hit: several times what it took on a busy machine. */
const SHOTS = 40;

/**
 * Runs until the accident has struck. Between its writes to the cache a thread wakes others through an
 * eventfd, more or less often from run to run: what was call 11 may be call 12, or never come. A miss
 * says nothing of ours, and shows where the step was that time.
 */
async function struck(
  host: Victim,
  step: Step,
  what: string,
  shoot: (aim: Step) => Promise<Shot>,
): Promise<Outcome> {
  let aim = step;
  for (let shot = 0; shot < SHOTS; shot++) {
    const { ended, seen } = await shoot(aim);
    if (ended !== undefined) return ended;
    const alike = seen.filter(({ name }) => name === step.name);
    aim = alike.find(({ ordinal }) => ordinal === step.ordinal) ?? alike.at(-1) ?? step;
    await host.untilQuiet();
    host.clear();
  }
  throw new Error(`${what} never struck ${textOf(step)}`);
}

/** What cannot be removed is named, so that somebody else can. */
function removeByHand(host: Victim, stderr: string): void {
  for (const path of host.paths().filter((path) => !isFinal(path))) {
    assertStringIncludes(stderr, path);
    Deno.removeSync(path);
  }
}

/** A base file's name is a SHA-1 and no more. */
function isFinal(path: string): boolean {
  return /\/[0-9a-f]{40}$/.test(path);
}

function textOf({ name, nth }: Step): string {
  return `${name} ${nth}`;
}

async function plan(lab: FaultLab): Promise<readonly Step[]> {
  await using host = await lab.open(traceable(lab));
  assertEquals((await host.run()).status, 0);
  host.clear();
  return await stepsOf(host);
}

/** Those for which there is time. */
function chosen<T>(lab: FaultLab, cases: readonly T[]): readonly T[] {
  return sample(cases, lab.cases(cases.length));
}

/** All calls but writes, of which there are many alike. */
function thinned(steps: readonly Step[]): readonly Step[] {
  const isWrite = ({ name }: Step) => name.includes("write");
  const others = steps.filter((step) => !isWrite(step));
  assert(others.length < 40);
  return [...sample(steps.filter(isWrite), 8), ...others];
}
