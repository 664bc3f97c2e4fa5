/**
 * `verify IMAGE [PATH]`: compares a file with Glance.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { resolve } from "node:path";
import { deadline } from "@/commands/deadline.ts";
import { collect } from "@/commands/fetch_options.ts";
import { openServices } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { ToolError } from "@/errors.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { baseOf } from "@/plan/target.ts";
import { type FileRequest, type FileVerdict, verifyFile } from "@/transfer/verify_file.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { fileProof } from "@/ui/file_verdict.ts";
import { formatBytes, formatSeconds } from "@/human_units.ts";
import { oneLine } from "@/ui/one_line.ts";
import type { Page } from "@/ui/page.ts";
import { hangingParts } from "@/ui/wrap.ts";
import { document } from "@/manual/documentation.ts";

/** The command. */
export function verifyCommand(run: Run): AnyCommand {
  return document(
    new Command("verify")
      .summary("verify a file against Glance")
      .description(
        "Verifies a file, or the cached one, against the record: hash, signature, format.",
      )
      .argument("<image>", "id or unique name")
      .argument("[path]", "the file (default: the cached one)")
      .option(
        "--trusted-cert <id>",
        "accept only signatures that chain to this certificate (repeat)",
        collect,
        [],
      )
      .option("--allow-unhashed", "accept a record without hash: compare size and format only")
      .action((image, path, { allowUnhashed = false, trustedCert: trustedCerts }) =>
        run((session) => verify(session, image, path, { allowUnhashed, trustedCerts }))
      ),
    {
      examples: [
        ["verify ubuntu-24.04", "the cached file"],
        ["verify ubuntu-24.04 ./ubuntu.qcow2", "any file"],
      ],
      exits: [
        [0, "the file matches the record"],
        [65, "it does not"],
        ...[66, 74, 75, 77, 78] as const,
      ],
    },
  );
}

async function verify(
  session: Session,
  word: string,
  given: string | undefined,
  request: FileRequest,
): Promise<Result> {
  const signal = deadline(session);
  using services = await openServices(session, signal);
  const record = await services.client.find(word, signal);
  const path = given === undefined ? baseOf(session.config, record.id) : resolve(given);
  using shown = session.progress.of(record);
  const { onEvent } = shown;
  try {
    return render(record, await verifyFile(services, record, path, request, onEvent, signal));
  } catch (error) {
    throw given === undefined ? error : namedFileError(error, record.id, path);
  }
}

/** Codes of a file that is not the image. */
const OTHER_FILE: readonly string[] = ["digest_mismatch", "format_rejected", "size_mismatch"];

/** The error of a file that the user named: `fetch --force ID` alone would replace the cached one. */
export function namedFileError(error: unknown, id: string, path: string): unknown {
  if (!(error instanceof ToolError) || !OTHER_FILE.includes(error.code)) return error;
  const again = `fetch it again: glance-direct fetch --force ${id} -o ${path}`;
  const others = error.hints.filter((hint) => !hint.includes("fetch --force"));
  return new ToolError(error.code, error.message, { cause: error, hints: [again, ...others] });
}

function render(record: ImageRecord, verdict: FileVerdict): Result {
  const { path, size, converted, verified, unchecked, seconds } = verdict;
  const parts = [
    `${path}:`,
    `${formatBytes(size)},`,
    `${fileProof(verdict)},`,
    formatSeconds(seconds),
  ].map(oneLine);
  const text = ({ columns }: Page) => hangingParts(parts, columns);
  const image = { id: record.id, name: record.name };
  return { json: { image, path, size, converted, verified, unchecked, seconds }, text };
}
