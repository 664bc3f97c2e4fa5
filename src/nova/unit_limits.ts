/**
 * Limits of a systemd service under which this program cannot run, or is ended: those of V8, and of
 * the size of images. Measured with the compiled program on two cores; newer runtimes need less.
 *
 * @module
 */
import type { UnitSetting, UnitSettings } from "@/nova/unit_settings.ts";

/** A setting that does harm. */
export interface LimitProblem {
  /** The setting in effect. */
  readonly setting: UnitSetting;
  /** What it does to the program; follows "nova-compute has LimitAS=4G: ". */
  readonly effect: string;
  /** The assignment that fixes it: `LimitAS=infinity`. */
  readonly fix: string;
}

/** A lower bound of a setting, with what happens below it. */
interface Bound {
  readonly name: string;
  /** Bytes, or a number of files or threads. */
  readonly least: number;
  /** A value that is enough. */
  readonly enough: string;
  readonly effect: string;
}

const [KIB, MIB, GIB] = [1 << 10, 1 << 20, 1 << 30];

const MEMORY =
  "an image from Ceph does not fit into 400 MiB, or 300 MiB with [glance_direct]rbd_concurrent_ops = 2";

const BOUNDS: readonly Bound[] = [
  {
    name: "LimitAS",
    least: 128 * GIB,
    enough: "infinity",
    effect: "the program reserves up to 65 GiB of addresses (not of memory), and cannot start",
  },
  {
    name: "LimitDATA",
    least: 4 * GIB,
    enough: "infinity",
    effect: "the program reserves 2 GiB of data, and cannot start",
  },
  {
    name: "LimitFSIZE",
    least: Infinity,
    enough: "infinity",
    effect: "a larger image ends the program (SIGXFSZ)",
  },
  {
    name: "LimitSTACK",
    least: 256 * KIB,
    enough: "8M",
    effect: "the program's stack overflows",
  },
  {
    name: "LimitNOFILE",
    least: 64,
    enough: "1024:524288",
    effect: "the program needs 32 files, and rbd one for each OSD",
  },
  {
    name: "LimitNPROC",
    least: 64,
    enough: "infinity",
    effect: "all processes of the user count, and the program alone has 9 threads",
  },
  {
    name: "TasksMax",
    least: 128,
    enough: "infinity",
    effect: "the program has 9 threads, and rbd more, beside those of nova-compute",
  },
  { name: "MemoryMax", least: 512 * MIB, enough: "infinity", effect: MEMORY },
  { name: "MemoryLimit", least: 512 * MIB, enough: "infinity", effect: MEMORY },
];

/** Settings that V8 does not survive when they are on. */
const SWITCHES: readonly Pick<Bound, "name" | "effect">[] = [
  {
    name: "MemoryDenyWriteExecute",
    effect: "the program compiles code while it runs, and cannot start",
  },
];

/**
 * The settings of a service that stop or end the program. Resource limits of systemd's own
 * configuration (`DefaultLimitAS=`) are not known here.
 */
export function limitProblems(settings: UnitSettings): readonly LimitProblem[] {
  const low = BOUNDS.flatMap(({ name, least, enough, effect }) => {
    const setting = settings.all(name).findLast(({ value }) => limitOf(name, value) !== undefined);
    const isEnough = setting === undefined || (limitOf(name, setting.value) ?? least) >= least;
    return isEnough ? [] : [{ setting, effect, fix: `${name}=${enough}` }];
  });
  const on = SWITCHES.flatMap(({ name, effect }) => {
    const setting = settings.all(name).findLast(({ value }) => BOOLEAN.test(value));
    return setting === undefined || !ON.test(setting.value)
      ? []
      : [{ setting, effect, fix: `${name}=no` }];
  });
  return [...low, ...on];
}

/** Booleans of systemd (`parse_boolean`); it ignores other words. */
const BOOLEAN = /^(?:1|yes|y|true|t|on|0|no|n|false|f|off)$/i;
const ON = /^(?:1|yes|y|true|t|on)$/i;

const UNITS = "KMGTPE";

/**
 * A limit, `Infinity` without one; `undefined` for what systemd ignores, and for a share of the
 * host's memory. Of `soft:hard`, the soft one counts; files are raised to the hard one at the start.
 */
function limitOf(name: string, value: string): number | undefined {
  const [soft = "", hard = soft] = value.split(":");
  const text = name === "LimitNOFILE" ? hard : soft;
  if (text === "infinity") return Infinity;
  const [, digits, unit = ""] = /^(\d+)\s*([KMGTPE]?)$/.exec(text) ?? [];
  return digits === undefined
    ? undefined
    : Number(digits) * 1024 ** (UNITS.indexOf(unit || "_") + 1);
}
