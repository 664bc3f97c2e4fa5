/**
 * `show IMAGE`: prints the record, the sources in order, the hash, the signature and the cache
 * state.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { deadline } from "@/commands/deadline.ts";
import { openServices, type Services } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { isSupported } from "@/bytes/hash_algorithms.ts";
import { hashSpeed } from "@/bytes/hash_speed.ts";
import type { Clock } from "@/context.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { expectFetchable } from "@/plan/admission.ts";
import { chunkPlan } from "@/plan/chunks.ts";
import { chunkCount } from "@/seals/chunks.ts";
import type { SealUsed } from "@/transfer/result.ts";
import { acceptedRules } from "@/plan/format_rules.ts";
import { sourcesOf } from "@/plan/plan.ts";
import { STRICT } from "@/plan/request.ts";
import { baseOf } from "@/plan/target.ts";
import { expectedFailure } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import { planLine, type PlanRow, planRows } from "@/ui/plan.ts";
import { formatBytes, formatRate, formatSeconds } from "@/human_units.ts";
import { renderFields } from "@/ui/fields.ts";
import { document } from "@/manual/documentation.ts";

/** The command. */
export function showCommand(run: Run): AnyCommand {
  return document(
    new Command("show")
      .summary("show an image and its sources")
      .description("Shows the record of an image, its sources and which would be used.")
      .argument("<image>", "id or unique name")
      .action((image) => run((session) => show(session, image))),
    {
      examples: ["show ubuntu-24.04", "show 3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11 -f json"],
      exits: [0, 66, 75, 77, 78],
    },
  );
}

/** Shows every image, also those that `fetch` would refuse. */
const REQUEST = { ...STRICT, allowUnhashed: true, place: { kind: "cache" } } as const;

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
  const seal = await trustedSeal(services, record, signal);
  return render(record, {
    sources: planRows(sources),
    problem,
    cached: cached === undefined ? null : { path, size: cached.size },
    seal,
    cost: seal === null ? hashCost(session.context.clock, record) : null,
  });
}

async function sourcesOrProblem(services: Services, record: ImageRecord, signal: AbortSignal) {
  try {
    expectFetchable(record, REQUEST);
    acceptedRules(services, record, REQUEST);
    return { sources: await sourcesOf(services, record, REQUEST, signal), problem: null };
  } catch (error) {
    return { sources: [], problem: expectedFailure(error, signal).message };
  }
}

/** The seal that would be used; problems with one are warnings. */
async function trustedSeal(
  services: Services,
  record: ImageRecord,
  signal: AbortSignal,
): Promise<SealUsed | null> {
  const plan = await chunkPlan(services, record, REQUEST, signal);
  if (plan?.kind !== "verify") return null;
  return { key: plan.seal.key, chunks: chunkCount(record.size ?? 0) };
}

/** The time to hash the image on this host; unknown for an algorithm that is not supported. */
interface HashCost {
  readonly bytes_per_second: number;
  readonly seconds: number;
}

function hashCost(clock: Clock, { hash, size }: ImageRecord): HashCost | null {
  if (hash === null || size === null || !isSupported(hash.algorithm)) return null;
  const speed = hashSpeed(clock, hash.algorithm);
  if (speed === undefined) return null;
  return { bytes_per_second: Math.round(speed), seconds: Math.round(size / speed * 1000) / 1000 };
}

interface Shown {
  readonly sources: readonly PlanRow[];
  readonly problem: string | null;
  readonly cached: { readonly path: string; readonly size: number } | null;
  readonly seal: SealUsed | null;
  readonly cost: HashCost | null;
}

function verifiedBy({ seal, cost }: Shown): string {
  if (seal !== null) return `seal of key ${seal.key}, ${seal.chunks} chunks`;
  if (cost === null) return "unknown";
  const { bytes_per_second: speed, seconds } = cost;
  return `hash, about ${formatRate(speed)} on this host: ${formatSeconds(seconds)} for this image`;
}

function render(record: ImageRecord, shown: Shown): Result {
  const { cached, cost, problem, seal, sources } = shown;
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
    ["verified by", verifiedBy(shown)],
    ["signature", signature === null ? "none" : Object.values(signature).join(", ")],
    ["cached", cached === null ? "no" : cached.path],
    ...problem === null ? [] : [["problem", problem] as const],
    ...sources.map((row, index) => [index === 0 ? "sources" : "", planLine(row)] as const),
  ] as const;
  return {
    json: { image, hash, hash_cost: cost, seal, signature, cached, problem, sources },
    text: ({ columns }) => renderFields(fields, columns),
  };
}
