/**
 * The format inspector of a transfer: fed with the bytes that are written and hashed, it refuses an
 * image as early as its bytes allow, and says at the end what the image is.
 *
 * @module
 */
import { ToolError } from "@/errors.ts";
import { Detector } from "@/formats/detector.ts";
import { RAW } from "@/formats/raw.ts";
import type { Objection, Policy } from "@/formats/disk_format.ts";
import { formatOf, objectionsTo, remarksOn } from "@/formats/verdict.ts";

/** What an image turned out to be. */
export interface Inspection {
  /** Its format: a `disk_format` of Glance, or qemu's name for what Glance has no name for. */
  readonly detected: string;
  /** Size of the disk inside, in bytes; `null` where the format does not say. */
  readonly virtualSize: number | null;
  /** Reasons not to use it; never any with the deep inspection on, which enforces them. */
  readonly refusals: readonly string[];
  /** What is worth knowing, e.g. `is encrypted (LUKS)`. */
  readonly notes: readonly string[];
}

/** What an inspection goes by. */
export interface FormatInspectorOptions extends Policy {
  /** Length of the image by its record, if known; it makes some verdicts come earlier. */
  readonly size: number | null;
  /**
   * Whether to enforce all rules. Without, only references to other files and VMDK types are, as in
   * nova with `[workarounds]disable_deep_image_inspection`.
   */
  readonly deep: boolean;
}

/** Inspects one image on its way. The verdict does not depend on the pieces it is fed in. */
export class FormatInspector {
  readonly #options: FormatInspectorOptions;
  readonly #detector: Detector;
  #problem: ToolError | undefined;

  /** Makes an inspector for an image of which no byte was fed yet. */
  constructor(options: FormatInspectorOptions) {
    this.#options = options;
    this.#detector = new Detector(options.size, () => this.#judge());
    this.#judge();
  }

  /** Why the image is refused, `format_rejected`; `undefined` as long as it is not. */
  get problem(): ToolError | undefined {
    return this.#problem;
  }

  /** Bytes of the image kept at the moment; at most about 1 MiB. */
  get kept(): number {
    return this.#detector.kept;
  }

  /** Takes the next bytes of the image; costs nothing once it is decided. */
  feed(bytes: Uint8Array): void {
    this.#detector.feed(bytes);
  }

  /** Takes `length` zero bytes. */
  feedZeros(length: number): void {
    this.#detector.feedZeros(length);
  }

  /**
   * Says what the image is, after its last byte.
   *
   * @throws {ToolError} `format_rejected`, if it may not be used.
   */
  finish(): Inspection {
    this.#detector.finish();
    if (this.#problem !== undefined) throw this.#problem;
    return inspectionOf(this.#detector, this.#options);
  }

  /** Bytes of the disk inside, `null` if not known (yet). */
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

/** What a detector that was finished has found. */
export function inspectionOf(detector: Detector, policy: Policy): Inspection {
  const detected = formatOf(detector) ?? "raw";
  const found = detector.sightings.find(({ name }) => name === detected)?.findings ?? RAW;
  return {
    detected,
    virtualSize: sizeOf(found.disk, detector.position),
    refusals: objectionsTo(detector, policy).map(({ reason }) => reason),
    notes: remarksOn(found, policy),
  };
}

function sizeOf(disk: bigint | { readonly from: number } | null, length: number): number | null {
  if (disk === null) return null;
  return typeof disk === "bigint" ? Number(disk) : Math.max(0, length - disk.from);
}

/** The error for what is refused. @param objections At least one. */
export function rejection(objections: readonly Objection[]): ToolError {
  const reasons = objections.map(({ reason }) => reason).join("; ");
  return new ToolError("format_rejected", `Cannot use the image: ${reasons}`, {
    hints: objections.slice(0, 1).map(({ hint }) => hint),
  });
}
