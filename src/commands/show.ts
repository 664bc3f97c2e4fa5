/**
 * `show IMAGE`: the record, the sources and which would be used, the hash, the signature, the cache.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { BuiltCommand } from "@/commands/command.ts";
import { deadline } from "@/commands/deadline.ts";
import { openServices, type Services } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { expectFetchable } from "@/plan/admission.ts";
import { sourcesOf } from "@/plan/plan.ts";
import { baseOf } from "@/plan/target.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { planLine, type PlanRow, planRows } from "@/ui/plan.ts";
import { formatBytes } from "@/human_units.ts";
import { renderFields } from "@/ui/fields.ts";
import { document, type Documentation } from "@/manual/documentation.ts";

/** The command. */
export function showCommand(run: Run): BuiltCommand {
  return document(
    new Command("show")
      .summary("show what is known of an image")
      .description("Shows the record of an image, its sources and which would be used.")
      .argument("<image>", "id or unique name")
      .action((image) => run((session) => show(session, image))),
    DOCUMENTATION,
  );
}

/** Everything may be shown, also what `fetch` would refuse. */
const REQUEST = { verify: "full", allowUnhashed: true, fallback: true } as const;

const SIGNATURE_PROPERTIES = [
  "img_signature_key_type",
  "img_signature_hash_method",
  "img_signature_certificate_uuid",
] as const;

async function show(session: Session, word: string): Promise<Result> {
  const signal = deadline(session);
  using services = await openServices(session, signal);
  const record = await services.client.find(word, signal);
  const path = baseOf(session.config, record.id);
  const cached = session.context.files.stat(path);
  const { sources, problem } = await sourcesOrProblem(services, record, signal);
  return render(
    record,
    planRows(sources),
    problem,
    cached === undefined ? null : { path, size: cached.size },
  );
}

async function sourcesOrProblem(services: Services, record: ImageRecord, signal: AbortSignal) {
  try {
    expectFetchable(record, REQUEST);
    return { sources: await sourcesOf(services, record, REQUEST, signal), problem: null };
  } catch (error) {
    if (signal.aborted || !(error instanceof ToolError)) throw error;
    return { sources: [], problem: error.message };
  }
}

function render(
  record: ImageRecord,
  sources: readonly PlanRow[],
  problem: string | null,
  cached: { readonly path: string; readonly size: number } | null,
): Result {
  const { id, name, status, size, virtualSize, diskFormat, hash, properties } = record;
  const signature = "img_signature" in properties
    ? Object.fromEntries(SIGNATURE_PROPERTIES.map((key) => [key, properties[key] ?? null]))
    : null;
  const image = { id, name, status, size, virtual_size: virtualSize, disk_format: diskFormat };
  const fields = [
    ["id", id],
    ["name", name ?? "none"],
    ["status", status],
    ["size", size === null ? "unknown" : `${formatBytes(size)} (${size} bytes)`],
    ["format", diskFormat ?? "unknown"],
    ["hash", hash === null ? "none" : `${hash.algorithm} ${hash.value} (${hash.origin})`],
    ["signature", signature === null ? "none" : Object.values(signature).join(", ")],
    ["cached", cached === null ? "no" : cached.path],
    ...problem === null ? [] : [["problem", problem] as const],
    ...sources.map((row, index) => [index === 0 ? "sources" : "", planLine(row)] as const),
  ] as const;
  return {
    json: { image, hash, signature, cached, problem, sources },
    text: ({ columns }) => renderFields(fields, columns),
  };
}

const DOCUMENTATION: Documentation = {
  examples: ["show ubuntu-24.04", "show 3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11 -f json"],
  exits: [0, 66, 75, 77, 78],
};
