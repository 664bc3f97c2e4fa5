/**
 * `glance-direct inspect`: the format of a local file and whether nova would accept it. It reads
 * only the few parts of the file that decide this.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { EXIT_STATUS, ToolError } from "@/errors.ts";
import type { Files, OpenFile } from "@/context.ts";
import { expectFile } from "@/commands/file_argument.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { Detector } from "@/formats/detector.ts";
import { type Inspection, inspectionOf } from "@/formats/inspector.ts";
import { DISK_FORMATS, uploadFormat } from "@/formats/disk_format.ts";
import { formatOf } from "@/formats/verdict.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { hostNovaRules } from "@/nova/release.ts";
import { baseUse } from "@/plan/format_rules.ts";
import { renderFields } from "@/ui/fields.ts";
import { formatBytes } from "@/human_units.ts";
import { document } from "@/manual/documentation.ts";

const READ_SIZE = 64 * 1024;

/** Makes the `inspect` command. */
export function inspectCommand(run: Run): AnyCommand {
  return document(
    new Command("inspect")
      .summary("check the format and safety of a local file")
      .description(
        "Shows the format of a local file and whether nova would accept it as an image.\n" +
          "Exit status 65 if not.",
      )
      .argument("<path>", "file to read; it is not changed")
      .option(
        "--disk-format <format>",
        `check it as an image of this disk_format: ${DISK_FORMATS.join(", ")}`,
      )
      .action((path, { diskFormat }) => run((session) => inspect(session, path, diskFormat))),
    {
      examples: ["inspect ./ubuntu.qcow2", "inspect ./disk.img --disk-format raw"],
      exits: [[0, "nova would accept it"], [65, "it would not"], 66, 74, 77],
    },
  );
}

function inspect(session: Session, path: string, diskFormat?: string): Result {
  const detector = detect(session.context.files, path);
  const inspection = inspectionOf(detector, {
    declared: diskFormat ?? uploadFormat(formatOf(detector) ?? "raw"),
    // Getters: few images need the configuration, so a broken one fails only for those.
    get vmdkAllowedTypes() {
      return session.config.get("compute.vmdk_allowed_types");
    },
    get rules() {
      return hostNovaRules(session.config, session.context.files);
    },
    get use() {
      return baseUse(session.config);
    },
  });
  return render(path, detector.position, inspection);
}

/**
 * Runs the detector over a file, skipping parts that no format needs.
 *
 * @throws {ToolError} `usage` if it is not a regular file; `not_found`, `permission_denied` or
 * `io`.
 */
function detect(files: Pick<Files, "open" | "stat">, path: string): Detector {
  if (!expectFile(files, "inspect", path).isFile) {
    throw new ToolError("usage", `Cannot inspect '${path}': it is not a regular file`, {
      hints: ["name an image file, as it is or as a copy"],
    });
  }
  using file = files.open(path);
  const { size } = file.stat();
  const detector = new Detector(size);
  feed(detector, file, size);
  detector.finish();
  return detector;
}

function feed(detector: Detector, file: OpenFile, size: number): void {
  const buffer = new Uint8Array(READ_SIZE);
  while (detector.next < size) {
    detector.feedZeros(Math.max(0, detector.next - detector.position));
    const count = file.readAt(buffer, detector.position);
    if (count === 0) return;
    detector.feed(buffer.subarray(0, count));
  }
  detector.feedZeros(size - detector.position);
}

function render(path: string, size: number, inspection: Inspection): Result {
  const { detected, virtualSize, refusals, notes } = inspection;
  const safe = refusals.length === 0;
  const fields = [
    ["path", path],
    ["format", detected],
    ["size", sizeText(size)],
    ["virtual size", virtualSize === null ? "unknown" : sizeText(virtualSize)],
    ["verdict", safe ? "safe" : "unsafe"],
    ...refusals.map((reason) => ["problem", reason] as const),
    ...notes.map((note) => ["note", note] as const),
  ] as const;
  return {
    json: {
      path,
      format: detected,
      size,
      virtual_size: virtualSize,
      safe,
      problems: refusals,
      notes,
    },
    text: ({ columns }) => renderFields(fields, columns),
    status: safe ? 0 : EXIT_STATUS.format_rejected,
  };
}

function sizeText(bytes: number): string {
  return `${formatBytes(bytes)} (${bytes} bytes)`;
}
