/**
 * `fetch IMAGE`: one image into nova's cache, a file, or standard output.
 *
 * @module
 */
import { Command } from "commander";
import type { BuiltCommand } from "@/commands/command.ts";
import { addTransferFlags, type FetchFlags, fetchRequest } from "@/commands/fetch_options.ts";
import { deadline } from "@/commands/deadline.ts";
import { sessionMetrics } from "@/commands/metrics.ts";
import { outputPath } from "@/commands/output_path.ts";
import { openServices } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { transferImage } from "@/commands/transfer.ts";
import type { Context } from "@/context.ts";
import { BASE_MODE, cacheTarget } from "@/transfer/cache_target.ts";
import { type FetchRequest, planImage } from "@/plan/prepare.ts";
import { withHash } from "@/plan/hash_wait.ts";
import type { FetchResult } from "@/transfer/result.ts";
import type { Target } from "@/transfer/target.ts";
import { ToolError } from "@/errors.ts";
import { renderFetch } from "@/ui/fetch_result.ts";
import { renderPlan } from "@/ui/plan.ts";
import { document, type Documentation } from "@/manual/documentation.ts";

/** The command. */
export function fetchCommand(run: Run): BuiltCommand {
  const command = new Command("fetch")
    .summary("fetch one image")
    .description("Fetches an image into nova's image cache, straight from Ceph where it can.")
    .argument("<image>", "id or unique name")
    .option("-o, --output <path>", "write there instead of the cache; '-' is standard output")
    .option("--dry-run", "print the plan and stop");
  addTransferFlags(command);
  document(command, DOCUMENTATION);
  return command.action((image, flags: FetchFlags & Omit<FetchAsked, "request">) =>
    run((session) => fetch(session, image, { ...flags, request: fetchRequest(flags) }))
  );
}

interface FetchAsked {
  readonly request: FetchRequest;
  readonly output?: string | undefined;
  readonly dryRun?: true | undefined;
}

async function fetch(session: Session, word: string, asked: FetchAsked): Promise<Result> {
  if (asked.dryRun) return await plan(session, word, asked);
  const elsewhere = outputTarget(session.context, asked.output);
  using metrics = await sessionMetrics(session);
  const result = await metrics.counted(() => fetchImage(session, word, asked.request, elsewhere));
  return { ...renderFetch(result), aside: asked.output === "-" };
}

async function plan(session: Session, word: string, { request }: FetchAsked): Promise<Result> {
  const signal = deadline(session);
  using parts = await openServices(session, signal);
  const record = await withHash(parts, await parts.client.find(word, signal), signal);
  return renderPlan(record, await planImage(parts, record, request, signal));
}

async function fetchImage(
  session: Session,
  word: string,
  request: FetchRequest,
  elsewhere: Target | undefined,
): Promise<FetchResult> {
  const signal = deadline(session);
  using parts = await openServices(session, signal);
  const record = await withHash(parts, await parts.client.find(word, signal), signal);
  const target = elsewhere ?? cacheTarget(session.config, record, request.force);
  const wanted = { record, request, target, isBase: elsewhere === undefined };
  return await transferImage(session, parts, wanted, signal);
}

/** What `--output` says, judged before anybody is asked; without it the image goes into the cache. */
function outputTarget(
  { files, terminal }: Pick<Context, "files" | "terminal">,
  output: string | undefined,
): Target | undefined {
  if (output === undefined) return undefined;
  if (output === "-") {
    expectPipe(terminal.isOutputTerminal);
    return { kind: "output" };
  }
  const publication = { path: outputPath(files, output), mode: BASE_MODE, replace: true };
  return { kind: "file", publication };
}

function expectPipe(isTerminal: boolean): void {
  if (!isTerminal) return;
  throw new ToolError("usage", "Cannot write an image to a terminal", {
    hints: ["redirect it: glance-direct fetch IMAGE -o - > FILE"],
  });
}

const DOCUMENTATION: Documentation = {
  examples: [
    "fetch 3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11",
    "fetch ubuntu-24.04 --config-file /etc/nova/nova.conf",
    "fetch ubuntu-24.04 -o ./ubuntu.qcow2",
    "fetch ubuntu-24.04 --dry-run",
  ],
  exits: [
    [0, "done, also when it was cached or another source took over"],
    64,
    65,
    66,
    69,
    73,
    74,
    75,
    77,
    78,
    130,
  ],
};
