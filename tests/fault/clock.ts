/**
 * The clock of the host jumps while the program runs, as when a time server is reached late or a
 * virtual machine is resumed. libfaketime changes the wall clock only, not the monotonic one, as in
 * a real jump.
 *
 * @module
 */
import { join } from "node:path";
import { assert, assertEquals, assertLess } from "@std/assert";
import { resultOf } from "../scenario/program.ts";
import { campaign } from "./campaign.ts";
import type { FaultHostOptions, FaultLab, Outcome, Victim } from "./fault_lab.ts";
import { slow, untilMidway } from "./slow_fetch.ts";
import { signalAll } from "./signals.ts";

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
function daysIn({ stderr }: Outcome): number {
  const times = [...stderr.matchAll(/"time":"([^"]+)"/g)].map(([, time = ""]) => Date.parse(time));
  return (times.at(-1)! - times[0]!) / 86_400_000;
}

/** Runs the command, and turns the clock when some of the image is there. */
async function turned(
  host: Victim,
  days: number,
  beforehand: () => Promise<void> = () => Promise.resolve(),
): Promise<Outcome> {
  const directory = await Deno.makeTempDir({ prefix: "glance-direct-clock-" });
  try {
    const clock = new WallClock(directory);
    const running = await host.start({ env: clock.env, flags: ["-vv", "--log-format=json"] });
    await untilMidway(host);
    await beforehand();
    clock.turn(`${days > 0 ? "+" : ""}${days}d`);
    const ended = await running.ended;
    assertEquals(Math.round(daysIn(ended)), days, ended.stderr);
    return ended;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const JUMPS = [10, -10, 4000, -4000];

/** Registers the campaigns. */
export function clockAccidents(lab: FaultLab): void {
  jumpsDuring(lab, "a fetch from Glance", "glance", { keystone: true });
  jumpsDuring(lab, "a fetch from Ceph", "rbd", {});
  jumpsWhileHung(lab);
}

function jumpsDuring(
  lab: FaultLab,
  what: string,
  source: "rbd" | "glance",
  options: FaultHostOptions,
): void {
  campaign({
    name: `the clock jumps days ahead or back during ${what}${lab.suffix}`,
    cases: JUMPS.length,
    open: () => lab.open({ ...slow({ source: `--source=${source}` }), ...options }),
    async one(host, index) {
      const ended = await turned(host, JUMPS[index]!);
      const { attempts: all, seconds } = resultOf(ended);
      const attempts = all.filter(({ outcome }) => outcome !== "skipped");
      assertEquals(attempts.map((one) => [one.source, one.outcome]), [[source, "ok"]]);
      // What took two seconds is said to have taken two seconds.
      for (const taken of [seconds, attempts[0]?.seconds ?? NaN]) {
        assert(taken > 0.5 && taken < 30, `${taken} s`);
      }
      await host.assertRecovers();
      host.clear();
    },
  });
}

function jumpsWhileHung(lab: FaultLab): void {
  const { flags = [], ...options } = slow({ source: "--source=auto" });
  campaign({
    name: `the clock jumps while rbd hangs${lab.suffix}`,
    cases: JUMPS.length,
    open: () => lab.open({ ...options, flags: [...flags, "--stall-timeout=2s"] }),
    async one(host, index) {
      const ended = await turned(host, JUMPS[index]!, () => signalAll(host, "SIGSTOP"));
      const { attempts } = resultOf(ended);
      assertEquals(attempts.map(({ source, code }) => [source, code]), [
        ["rbd", "timeout"],
        ["glance", null],
      ]);
      // A clock that is put forward ends no patience, and one that is put back gives no more of it.
      assert((attempts[0]?.seconds ?? 0) > 1.9, ended.stderr);
      assertLess(attempts[0]?.seconds ?? Infinity, 20);
      await host.assertRecovers();
      host.clear();
    },
  });
}
