/**
 * `hook fetch`: makes one of nova-compute's downloads.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { deadline } from "@/commands/deadline.ts";
import { sessionMetrics } from "@/commands/metrics.ts";
import { openServices } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { transferImage } from "@/commands/transfer.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { STRICT } from "@/plan/request.ts";
import { withHash } from "@/plan/hash_wait.ts";
import type { FetchResult } from "@/transfer/result.ts";
import { ToolError } from "@/errors.ts";
import { document } from "@/manual/documentation.ts";
import { type HookRequest, parseHookRequest } from "@/nova/hook_request.ts";
import { renderFetch } from "@/ui/fetch_result.ts";
import { waitFor } from "@/wait_for.ts";

/** The command. */
export function hookFetchCommand(run: Run): AnyCommand {
  return document(
    new Command("fetch")
      .summary("fetch the image that nova asks for")
      .description(
        "Fetches one image for nova's hook, which sends a JSON request on standard input.",
      )
      .action(() => run(fetchForNova)),
    {
      notes: [
        "The request holds image_id, path, trusted_certs, token, service_token, endpoint and " +
        "request_id. All but image_id and path may be null. The image is written to exactly this path.",
      ],
      examples: [`hook fetch -f json < request.json`],
      exits: [
        [0, "the image is written"],
        [65, "the image is wrong: nova must not start from it"],
        [66, "Glance has no such image"],
        [69, "every source failed: nova uses its own download, as for all below"],
        ...[73, 74, 75, 77, 78] as const,
      ],
    },
  );
}

/** nova holds its own lock meanwhile: taking it here would deadlock. */
async function fetchForNova(session: Session): Promise<Result> {
  const signal = deadline(session);
  const asked = parseHookRequest(await waitFor(session.context.terminal.readInput(), signal));
  using metrics = await sessionMetrics(session);
  return renderFetch(await metrics.counted(() => fetchAsked(session, asked, signal)));
}

async function fetchAsked(
  session: Session,
  asked: HookRequest,
  signal: AbortSignal,
): Promise<FetchResult> {
  const { imageId, path, trustedCerts, ...caller } = asked;
  using parts = await openServices(session, signal, caller);
  const record = await withHash(parts, await parts.client.show(imageId, signal), signal);
  const place = { kind: "file", path, part: true } as const;
  // Nova inspects disks itself, and accepts kernels, which may look like anything.
  const rules = { ...STRICT, force: true, deepInspection: false };
  const request = { ...rules, place, trustedCerts: trustedCerts ?? [] };
  try {
    return await transferImage(session, parts, record, request, signal);
  } catch (error) {
    throw isUnhashed(error) ? leftToNova(error) : error;
  }
}

function isUnhashed(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code === "hash_missing";
}

/** Nova boots images without a hash (its own snapshots inside Ceph), so this does not fail. */
function leftToNova({ hints, message }: ToolError): ToolError {
  return new ToolError("source_unavailable", message, { hints });
}
