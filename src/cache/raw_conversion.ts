/**
 * Makes a raw base from an image, as nova does when `force_raw_images` is on
 * (`nova.virt.images.fetch_to_raw`).
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import { QEMU_IMG_PACKAGES } from "@/cache/qemu_img_program.ts";
import type { Child, Clock, Context, OpenFile } from "@/context.ts";
import type { SpaceGuard } from "@/cache/free_space.ts";
import { type ErrorCode, ToolError } from "@/errors.ts";
import { PRUNE_HINT } from "@/hints.ts";
import { isRawCopySize } from "@/cache/raw_copy.ts";
import { expectRaw } from "@/formats/raw_head.ts";
import { StallGuard } from "@/bytes/stall_guard.ts";

/** Formats that nova converts, by qemu's name for them; it uses the others as they are. */
const QEMU_NAMES: Readonly<Record<string, string>> = {
  qcow2: "qcow2",
  vmdk: "vmdk",
  vdi: "vdi",
  vhd: "vpc",
  vhdx: "vhdx",
};

/** Whether converting an image of this `disk_format` to raw changes it. */
export function isConvertible(diskFormat: string | null): boolean {
  return diskFormat !== null && diskFormat in QEMU_NAMES;
}

/** One conversion. */
export interface Conversion {
  /** The verified image. */
  readonly from: string;
  /** Its `disk_format`, for which {@linkcode isConvertible} is true. */
  readonly diskFormat: string;
  /** The empty file that becomes the base. */
  readonly to: string;
  /** The same file, open. */
  readonly file: OpenFile;
  /** Virtual size in bytes from the image; `null` if unknown. */
  readonly virtualSize: number | null;
  /** Keeps the reserve free: a small image can expand to a large disk (repeating one block). */
  readonly guard: SpaceGuard;
  /** Whether nova inspects the partition table of the base. */
  readonly partitions: boolean;
  /** Longest time without progress, in milliseconds. */
  readonly stallTimeout: number;
}

/**
 * Runs `qemu-img convert`. The format is given, never probed: a probed image could access files of
 * the host (CVE-2015-5163). The inspector must also recognize the result as raw, or it could be
 * probed later, and its size must be the image's virtual size. Nova limits the preceding
 * `qemu-img info` (1 GiB of memory, 30 s) but not the conversion. Here the inspector limits the
 * tables, and the duration, stalls and space of the conversion are limited, too.
 *
 * @param program Absolute path of `qemu-img`.
 * @throws {ToolError} `format_rejected`, `no_space`, `io`, `timeout`, or the signal's reason.
 */
export async function convertToRaw(
  { processes, clock }: Pick<Context, "processes" | "clock">,
  program: string,
  conversion: Conversion,
  signal: AbortSignal,
): Promise<void> {
  const { diskFormat, file, from, to } = conversion;
  const own = new AbortController();
  const either = anySignal(signal, own.signal);
  const format = QEMU_NAMES[diskFormat] ?? diskFormat;
  await using child = processes.spawn(
    [program, "convert", "-p", "-t", "writeback", "-O", "raw", "-f", format, from, to],
    { signal: either, packages: QEMU_IMG_PACKAGES },
  );
  await watched(child, clock, conversion, own);
  const status = await child.status;
  either.throwIfAborted();
  if (status.code !== 0) throw conversionFailure(status.code, child.stderrTail());
  expectSize(conversion);
  expectRaw(file, conversion.partitions);
}

/**
 * With `-p`, qemu-img writes its percentage to standard output. Each one counts as progress, and so
 * does a growing file, because one percent of a large disk takes long.
 */
async function watched(
  child: Child,
  clock: Clock,
  { file, guard, stallTimeout }: Conversion,
  own: AbortController,
): Promise<void> {
  const stall = new StallGuard(clock, stallTimeout, own);
  const reader = child.stdout.getReader();
  const ended = new AbortController();
  let allocated = 0;
  const watch = guard.watch(clock, own, ended.signal, () => {
    const now = file.stat().allocated;
    if (now !== allocated) stall.touch();
    allocated = now;
  });
  try {
    for (;;) {
      const { done } = await stall.during("the output of qemu-img convert", () => reader.read());
      if (done) return;
    }
  } finally {
    ended.abort();
    await watch;
  }
}

function expectSize(conversion: Conversion): void {
  const { size } = conversion.file.stat();
  if (isRawCopySize(size, conversion) ?? true) return;
  const { virtualSize } = conversion;
  throw new ToolError(
    "format_rejected",
    `Cannot use the image: its disk has ${size} bytes for qemu-img, its header says ${virtualSize}`,
    {
      hints: ["repair or convert it on a host without secrets and upload it again: qemu-img check"],
    },
  );
}

/** Messages of qemu-img about this host; all others are about the image, as for nova. */
const HOST_FAILURES: readonly (readonly [ErrorCode, RegExp, string])[] = [
  [
    "no_space",
    /No space left on device|Disk quota exceeded|File too large/,
    PRUNE_HINT,
  ],
  [
    "io",
    /Input\/output error|Permission denied|Operation not permitted|Read-only file system|Stale file|Cannot allocate memory|Too many open files|Failed to (?:get .*" lock|lock byte)/,
    "check the kernel log: journalctl -k",
  ],
];

/** A killed program has its own status; the image is not at fault. */
const KILLED = 128;

function conversionFailure(status: number, stderr: string): ToolError {
  const said = stderr.split("\n").at(-1) || "it printed nothing";
  const [code, , hint] = HOST_FAILURES.find(([, words]) => words.test(stderr)) ??
    (status >= KILLED ? HOST_FAILURES[1] : undefined) ??
    ["format_rejected", /./, "set [DEFAULT]force_raw_images = false to cache images as they are"];
  return new ToolError(
    code,
    `Cannot convert the image to raw: qemu-img exited with ${status}: ${said}`,
    { hints: [hint] },
  );
}
