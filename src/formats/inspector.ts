/**
 * The format inspector of a transfer: it sees the bytes that are written and hashed, rejects an
 * image as early as possible, and returns its format at the end.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { Detector } from "@/formats/detector.ts";
import { RAW } from "@/formats/format.ts";
import type { Objection, Policy } from "@/formats/disk_format.ts";
import { formatOf, objectionsTo, remarksOn } from "@/formats/verdict.ts";

/** The result of the inspection. */
export interface Inspection {
  /** Its format: a `disk_format` of Glance, or qemu's name if Glance has none. */
  readonly detected: string;
  /** Virtual size in bytes; `null` if the format has none. */
  readonly virtualSize: number | null;
  /** Reasons to reject it; always empty with the deep inspection on, which enforces them. */
  readonly refusals: readonly string[];
  /** Remarks, e.g. `is encrypted (LUKS)`. */
  readonly notes: readonly string[];
}

/** What an inspection depends on. */
export interface FormatInspectorOptions extends Policy {
  /** Length of the image in its record, if known; it makes some verdicts earlier. */
  readonly size: number | null;
  /**
   * Whether to enforce all rules. If not, only references to other files and VMDK types are
   * checked, as in nova with `[workarounds]disable_deep_image_inspection`.
   */
  readonly deep: boolean;
}

/** Inspects one image in transit. The verdict does not depend on how its bytes are split. */
export class FormatInspector {
  readonly #options: FormatInspectorOptions;
  readonly #detector: Detector;
  #problem: ToolError | undefined;

  /** Creates an inspector for a new image. */
  constructor(options: FormatInspectorOptions) {
    this.#options = options;
    this.#detector = new Detector(options.size, () => this.#judge());
    this.#judge();
  }

  /** Why the image is rejected, `format_rejected`; `undefined` if it is not. */
  get problem(): ToolError | undefined {
    return this.#problem;
  }

  /** Bytes of the image currently in memory; at most about 1 MiB. */
  get kept(): number {
    return this.#detector.kept;
  }

  /** Processes the next bytes of the image; costs nothing once it is decided. */
  feed(bytes: Uint8Array): void {
    this.#detector.feed(bytes);
  }

  /** Processes `length` zero bytes. */
  feedZeros(length: number): void {
    this.#detector.feedZeros(length);
  }

  /**
   * Returns the result, after the last byte of the image.
   *
   * @throws {ToolError} `format_rejected`, if it may not be used.
   */
  finish(): Inspection {
    this.#detector.finish();
    if (this.#problem !== undefined) throw this.#problem;
    return inspectionOf(this.#detector, this.#options);
  }

  /** Virtual size in bytes, `null` if not known (yet). */
  get virtualSize(): number | null {
    return inspectionOf(this.#detector, this.#options).virtualSize;
  }

  #judge(): void {
    const objections = objectionsTo(this.#detector, this.#options)
      .filter(({ always }) => always || this.#options.deep);
    if (objections.length === 0) return;
    this.#problem = rejection(objections);
    this.#detector.stop();
  }
}

/** The findings of a finished detector. */
export function inspectionOf(detector: Detector, policy: Policy): Inspection {
  const detected = formatOf(detector) ?? "raw";
  const found = detector.sightings.find(({ name }) => name === detected)?.findings ?? RAW;
  return {
    detected,
    virtualSize: sizeOf(found.disk, detector.position),
    refusals: objectionsTo(detector, policy).map(({ reason }) => reason),
    notes: [...remarksOn(found, policy), ...compressionNotes(detector, detected, policy)],
  };
}

/**
 * Nova takes a compressed file for a raw disk, and no guest boots from it. A kernel or a ramdisk (`aki`,
 * `ari`) may well be compressed.
 */
function compressionNotes(
  { compression }: Detector,
  detected: string,
  { declared }: Policy,
): readonly string[] {
  if (detected !== "raw" || declared !== "raw" || compression === undefined) return [];
  const { command, name } = compression;
  return [`is compressed with ${name}, and nova does not decompress it: ${command} FILE`];
}

function sizeOf(disk: bigint | { readonly from: number } | null, length: number): number | null {
  if (disk === null) return null;
  return typeof disk === "bigint" ? Number(disk) : Math.max(0, length - disk.from);
}

/** The error for a rejected image. @param objections At least one. */
export function rejection(objections: readonly Objection[]): ToolError {
  const reasons = objections.map(({ reason }) => reason).join("; ");
  return new ToolError("format_rejected", `Cannot use the image: ${reasons}`, {
    hints: objections.slice(0, 1).map(({ hint }) => hint),
  });
}
