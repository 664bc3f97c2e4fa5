/**
 * Makes a raw base of an image, as nova does when `force_raw_images` is on
 * (`nova.virt.images.fetch_to_raw`).
 *
 * @module
 */
import { anySignal } from "@/any_signal.ts";
import type { Child, Clock, Context, OpenFile } from "@/context.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import { expectRaw } from "@/formats/raw_head.ts";
import { StallGuard } from "@/stream/stall_guard.ts";

/** Formats that nova converts, by qemu's name for them; the others it takes as they are. */
const QEMU_NAMES: Readonly<Record<string, string>> = {
  qcow2: "qcow2",
  vmdk: "vmdk",
  vdi: "vdi",
  vhd: "vpc",
  vhdx: "vhdx",
};

/** Whether an image of this `disk_format` becomes another file when it is made raw. */
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
  /** Longest time without progress, in milliseconds. */
  readonly stallTimeout: number;
}

/**
 * Runs `qemu-img convert`. The format is named, never probed: a probed image could reach into the
 * host (CVE-2015-5163). The result must be raw to the inspector as well, or it could be probed later.
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
  const { diskFormat, file, from, to, stallTimeout } = conversion;
  const own = new AbortController();
  const either = anySignal(signal, own.signal);
  const format = QEMU_NAMES[diskFormat] ?? diskFormat;
  await using child = processes.spawn(
    [program, "convert", "-p", "-t", "writeback", "-O", "raw", "-f", format, from, to],
    { signal: either },
  );
  await watched(child, clock, stallTimeout, own);
  const status = await child.status;
  throwIfAborted(either);
  if (status.code !== 0) throw conversionFailure(status.code, child.stderrTail());
  expectRaw(file);
}

/** With `-p`, qemu-img writes its percentage to standard output: each one is a sign of life. */
async function watched(
  child: Child,
  clock: Clock,
  stallTimeout: number,
  own: AbortController,
): Promise<void> {
  const guard = new StallGuard(clock, stallTimeout, own);
  const reader = child.stdout.getReader();
  for (;;) {
    const { done } = await guard.during("the output of qemu-img convert", () => reader.read());
    if (done) return;
  }
}

function conversionFailure(code: number, stderr: string): ToolError {
  const isFull = /No space left on device|Disk quota exceeded/.test(stderr);
  const said = stderr.split("\n").at(-1) || "it said nothing";
  return new ToolError(
    isFull ? "no_space" : "io",
    `Cannot convert the image to raw: qemu-img exited with ${code}: ${said}`,
    {
      hints: isFull
        ? ["free some space: glance-direct cache prune --dry-run, or df -h"]
        : ["set [DEFAULT]force_raw_images = false to cache images as they are"],
    },
  );
}
