/**
 * Makes a raw base of an image, as nova does when `force_raw_images` is on
 * (`nova.virt.images.fetch_to_raw`).
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import { QEMU_IMG_PACKAGE } from "@/cache/qemu_img_program.ts";
import type { Child, Clock, Context, OpenFile } from "@/context.ts";
import type { SpaceGuard } from "@/cache/free_space.ts";
import { type ErrorCode, throwIfAborted, ToolError } from "@/errors.ts";
import { isRawCopySize } from "@/cache/raw_copy.ts";
import { expectRaw } from "@/formats/raw_head.ts";
import { StallGuard } from "@/bytes/stall_guard.ts";

/** Formats that nova converts, by qemu's name for them; the others it takes as they are. */
const QEMU_NAMES: Readonly<Record<string, string>> = {
  qcow2: "qcow2",
  vmdk: "vmdk",
  vdi: "vdi",
  vhd: "vpc",
  vhdx: "vhdx",
};

/** Whether an image of this `disk_format` becomes another file when it is converted to raw. */
export function isConvertible(diskFormat: string | null): boolean {
  return diskFormat !== null && diskFormat in QEMU_NAMES;
}

/** One conversion. */
export interface Conversion {
  /** The verified image. */
  readonly from: string;
  /** Its `disk_format`, one that {@linkcode isConvertible} knows. */
  readonly diskFormat: string;
  /** The empty file that becomes the base. */
  readonly to: string;
  /** The same, open. */
  readonly file: OpenFile;
  /** Bytes of the disk inside, as the image says; `null` if it does not. */
  readonly virtualSize: number | null;
  /** Keeps the reserve free meanwhile: a small image can hold very much (each block the same one). */
  readonly guard: SpaceGuard;
  /** Whether nova looks at the partition table of the base. */
  readonly partitions: boolean;
  /** Longest time without progress, in milliseconds. */
  readonly stallTimeout: number;
}

/**
 * Runs `qemu-img convert`. The format is named, never probed: a probed image could reach into the
 * host (CVE-2015-5163). The result must be raw to the inspector as well, or it could be probed later, and
 * as large as the image said. Nova bounds the `qemu-img info` before it (1 GiB of memory, 30 s) and not
 * the conversion; here the inspector has bounded the tables, and the time, the silence and the space of
 * the conversion are bounded, too.
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
    { signal: either, debianPackage: QEMU_IMG_PACKAGE },
  );
  await watched(child, clock, conversion, own);
  const status = await child.status;
  throwIfAborted(either);
  if (status.code !== 0) throw conversionFailure(status.code, child.stderrTail());
  expectSize(conversion);
  expectRaw(file, conversion.partitions);
}

/**
 * With `-p`, qemu-img writes its percentage to standard output: each one is a sign of life, and so is a
 * file that grows, because a percent of a large disk takes its time.
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

/** What of qemu-img's words is about this host; all else is about the image, as for nova. */
const HOST_FAILURES: readonly (readonly [ErrorCode, RegExp, string])[] = [
  [
    "no_space",
    /No space left on device|Disk quota exceeded|File too large/,
    "free some space: glance-direct cache prune --dry-run, or df -h",
  ],
  [
    "io",
    /Input\/output error|Permission denied|Operation not permitted|Read-only file system|Stale file|Cannot allocate memory|Too many open files|lock/,
    "look at the kernel's log: journalctl -k",
  ],
];

/** A killed program has a status of its own, and is no fault of the image. */
const KILLED = 128;

function conversionFailure(status: number, stderr: string): ToolError {
  const said = stderr.split("\n").at(-1) || "it said nothing";
  const [code, , hint] = HOST_FAILURES.find(([, words]) => words.test(stderr)) ??
    (status >= KILLED ? HOST_FAILURES[1] : undefined) ??
    ["format_rejected", /./, "set [DEFAULT]force_raw_images = false to cache images as they are"];
  return new ToolError(
    code,
    `Cannot convert the image to raw: qemu-img exited with ${status}: ${said}`,
    { hints: [hint] },
  );
}
