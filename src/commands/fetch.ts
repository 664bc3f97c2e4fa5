/**
 * `fetch IMAGE`: fetches one image into nova's cache, a file, or standard output.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { addOptions } from "@/commands/command.ts";
import { planImage } from "@/commands/dry_run.ts";
import {
  type FetchFlags,
  fetchRequest,
  TRANSFER_EXITS,
  transferFlags,
} from "@/commands/fetch_options.ts";
import { deadline } from "@/commands/deadline.ts";
import { sessionMetrics } from "@/commands/metrics.ts";
import { outputPath } from "@/commands/output_path.ts";
import { openServices } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { transferImage } from "@/commands/transfer.ts";
import type { Context } from "@/context.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import type { FetchRequest, Place } from "@/plan/request.ts";
import { withHash } from "@/plan/hash_wait.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { ToolError } from "@/errors.ts";
import { renderFetch } from "@/ui/fetch_result.ts";
import { document } from "@/manual/documentation.ts";

/** The command. */
export function fetchCommand(run: Run): AnyCommand {
  const command = new Command("fetch")
    .summary("fetch one image")
    .description("Fetches an image into nova's image cache, straight from Ceph where it can.")
    .argument("<image>", "id or unique name")
    .option("-o, --output <path>", "write there, not to the cache; '-' is standard output")
    .option("--dry-run", "print what would be done, and stop");
  addOptions(command, transferFlags());
  return document(command, {
    examples: [
      "fetch 3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11",
      "fetch ubuntu-24.04 --config-file /etc/nova/nova.conf",
      "fetch ubuntu-24.04 -o ./ubuntu.qcow2",
      "fetch ubuntu-24.04 --dry-run",
    ],
    exits: TRANSFER_EXITS,
  }).action((image, own) =>
    run((session) => {
      const flags = own as typeof own & FetchFlags;
      const request = fetchRequest(flags, placeOf(session.context, flags));
      return flags.dryRun ? plan(session, image, request) : fetch(session, image, request);
    })
  );
}

interface Where {
  readonly output?: string | undefined;
  readonly dryRun?: true | undefined;
  readonly force?: true | undefined;
}

async function fetch(session: Session, word: string, request: FetchRequest): Promise<Result> {
  const { clock } = session.context;
  const begun = clock.monotonic();
  using metrics = await sessionMetrics(session);
  const result = await metrics.counted(() => fetchImage(session, word, request));
  // The operator's wait includes Keystone and Glance; the attempts have their own times.
  const seconds = Math.round(clock.monotonic() - begun) / 1000;
  return { ...renderFetch({ ...result, seconds }), aside: request.place.kind === "output" };
}

async function plan(session: Session, word: string, request: FetchRequest): Promise<Result> {
  const signal = deadline(session);
  using services = await openServices(session, signal);
  const record = await services.client.find(word, signal);
  return await planImage(session, services, record, request, signal);
}

async function fetchImage(
  session: Session,
  word: string,
  request: FetchRequest,
): Promise<FetchResult> {
  const signal = deadline(session);
  using parts = await openServices(session, signal);
  const record = await withHash(parts, await parts.client.find(word, signal), signal);
  return await transferImage(session, parts, record, request, signal);
}

/** The target from `--output`, checked before any request; the default is the cache. */
function placeOf(
  { files, terminal }: Pick<Context, "files" | "terminal">,
  { dryRun, force, output }: Where,
): Place {
  if (output === undefined) return { kind: "cache" };
  if (output !== "-") return { kind: "file", path: outputPath(files, output, force ?? false) };
  if (!dryRun) expectPipe(terminal.isOutputTerminal);
  return { kind: "output" };
}

function expectPipe(isTerminal: boolean): void {
  if (!isTerminal) return;
  throw new ToolError("usage", "Cannot write an image to a terminal", {
    hints: ["redirect it: glance-direct fetch IMAGE -o - > FILE"],
  });
}
