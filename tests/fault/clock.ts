/**
 * The clock of the host jumps while the program runs, as it does when a time server is reached late or
 * a virtual machine is resumed. libfaketime stands between the program and the wall clock; what counts
 * the time since a start it leaves alone, as a jump does.
 *
 * @module
 */
import { join } from "node:path";
import { assert, assertEquals, assertLess } from "@std/assert";
import { type Ended, resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import { EMBEDDED } from "./embedded.ts";
import { slow, untilMidway } from "./midway.ts";
import type { TrialOptions } from "./ground.ts";
import { Trial } from "./trial.ts";

/** A wall clock of one program, to be turned while it runs. */
class WallClock {
  readonly #offset: string;

  /** Begins with the true time. @param directory Where it keeps what it says. */
  constructor(directory: string) {
    this.#offset = join(directory, "clock");
    this.turn("+0");
  }

  /** Turns it by an offset of libfaketime's: `+10d`, `-3h`. */
  turn(offset: string): void {
    Deno.writeTextFileSync(`${this.#offset}.new`, `${offset}\n`);
    Deno.renameSync(`${this.#offset}.new`, this.#offset);
  }

  /** The environment of a program that lives by it. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: libfaketime(),
      FAKETIME_TIMESTAMP_FILE: this.#offset,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }
}

/** Debian's package `libfaketime`; the path has the name of the architecture in it. */
function libfaketime(): string {
  const roots = [...Deno.readDirSync("/usr/lib")].map(({ name }) => `/usr/lib/${name}/faketime`);
  const found = roots.map((root) => `${root}/libfaketimeMT.so.1`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  assert(found !== undefined, "install faketime");
  return found;
}

/** Days that a run believes to have passed, by the times in its log. */
function daysIn({ stderr }: Ended): number {
  const times = [...stderr.matchAll(/"time":"([^"]+)"/g)].map(([, time = ""]) => Date.parse(time));
  return (times.at(-1)! - times[0]!) / 86_400_000;
}

/** Runs the command, and turns the clock when some of the image is there. */
async function turned(trial: Trial, days: number): Promise<Ended> {
  const clock = new WallClock(trial.host.lab.directory);
  const command = [...trial.command, "-vv", "--log-format=json"];
  const running = await trial.host.start(command, { env: clock.env });
  await untilMidway(trial);
  clock.turn(`${days > 0 ? "+" : ""}${days}d`);
  const ended = await running.ended;
  assertEquals(Math.round(daysIn(ended)), days, ended.stderr);
  return ended;
}

const JUMPS = [10, -10, 4000, -4000];

const KINDS: readonly (readonly [name: string, source: "rbd" | "glance", options: TrialOptions])[] =
  [
    ["a fetch from Glance", "glance", { ...slow(EMBEDDED), keystone: true }],
    ["a fetch from Ceph", "rbd", { ...slow(EMBEDDED), flags: ["--source=rbd", "--limit-rate=2M"] }],
  ];

for (const [name, source, options] of KINDS) {
  campaign({
    name: `the clock jumps days ahead or back during ${name}`,
    cases: JUMPS.length,
    open: () => Promise.resolve(new Trial(options)),
    async one(trial, index) {
      const ended = await turned(trial, JUMPS[index]!);
      const { attempts: all, seconds } = resultOf(ended);
      const attempts = all.filter(({ outcome }) => outcome !== "skipped");
      assertEquals(attempts.map((one) => [one.source, one.outcome]), [[source, "ok"]]);
      // What took two seconds is said to have taken two seconds.
      for (const taken of [seconds, attempts[0]?.seconds ?? NaN]) {
        assert(taken > 0.5 && taken < 30, `${taken} s`);
      }
      await trial.assertRecovers();
      trial.clear();
    },
  });
}

campaign({
  name: "the clock jumps while rbd hangs",
  cases: JUMPS.length,
  open: () => Promise.resolve(new Trial({ size: 4 << 20, flags: ["--stall-timeout=2s"] })),
  async one(trial, index) {
    const { ceph } = trial.host.lab;
    ceph.setFault("*", { kind: "hang", after: 1 << 20 });
    const ended = await turned(trial, JUMPS[index]!);
    const { attempts } = resultOf(ended);
    assertEquals(attempts.map(({ source, code }) => [source, code]), [
      ["rbd", "timeout"],
      ["glance", null],
    ]);
    // A clock that is put forward ends no patience, and one that is put back gives no more of it.
    assert((attempts[0]?.seconds ?? 0) > 1.9, ended.stderr);
    assertLess(attempts[0]?.seconds ?? Infinity, 20);
    ceph.setFault("*", undefined);
    await trial.assertRecovers();
    trial.clear();
  },
});
