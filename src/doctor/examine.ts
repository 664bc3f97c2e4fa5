/**
 * Runs checks in parallel, each with a time limit; an error that a check throws is its failure.
 *
 * @module
 */
import {
  type Check,
  type CheckStatus,
  type Finding,
  type HostFacts,
  NotApplicable,
} from "@/doctor/check.ts";
import { messageOf, ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { waitFor } from "@/wait_for.ts";

/** The report of one check, as in `-f json`. */
export interface CheckReport {
  /** Its id. */
  readonly id: string;
  /** How it ended. */
  readonly status: CheckStatus;
  /** The finding. */
  readonly summary: string;
  /** Details, one per line; `null` if there are none. */
  readonly details: string | null;
  /** The fix; `null` if nothing needs one. */
  readonly hint: string | null;
  /** Duration. */
  readonly duration_ms: number;
}

/** Maximum duration of one check, in milliseconds: twice the time limit of a service. */
const BOUND = 120_000;

/**
 * Runs checks in parallel: they only read, or use their own files.
 *
 * @param all Every check: what a skipped one refers to is examined too. @default checks
 * @returns The reports in the given order.
 * @throws {unknown} The signal's reason.
 */
export async function examine(
  checks: readonly Check[],
  host: HostFacts,
  signal: AbortSignal,
  all: readonly Check[] = checks,
): Promise<readonly CheckReport[]> {
  return oneCauseOnce(await withCauses(checks, all, host, signal));
}

/** The reports, after those of the checks that they refer to: a reference alone explains nothing. */
async function withCauses(
  checks: readonly Check[],
  all: readonly Check[],
  host: HostFacts,
  signal: AbortSignal,
): Promise<readonly CheckReport[]> {
  const reports = await Promise.all(checks.map((check) => examineOne(check, host, signal)));
  const others = all.filter((check) => !checks.includes(check));
  const causes = others.filter(({ id }) => reports.some((report) => referenceOf(report) === id));
  return causes.length === 0
    ? reports
    : [...await withCauses(causes, others, host, signal), ...reports];
}

function referenceOf({ status, summary }: CheckReport): string | undefined {
  return status === "skipped" ? /: see (\S+)$/.exec(summary)?.[1] : undefined;
}

/**
 * One cause is one failure: a failure with the error or the remedy of an earlier check is skipped,
 * with a reference to that check.
 */
function oneCauseOnce(reports: readonly CheckReport[]): readonly CheckReport[] {
  const causes = new Map<string, string>();
  // The duration until the failure is not part of the cause.
  const causeOf = (summary: string) => summary.replace(/ \(\d+ tries in .*\)$/, "");
  const moved = new Map<string, string>();
  return reports.map((report) => {
    const { hint, id, status, summary } = report;
    const signs = [causeOf(summary), ...hint === null ? [] : [hint]];
    const cause = status === "failure"
      ? signs.map((sign) => causes.get(sign)).find((found) => found !== undefined)
      : undefined;
    if (cause !== undefined) {
      moved.set(id, cause);
      return { ...report, status: "skipped", summary: `Not examined: see ${cause}`, hint: null };
    }
    if (status === "failure") signs.forEach((sign) => causes.set(sign, id));
    if (status !== "skipped") return report;
    const pointed = summary.replace(/(?<=: see )\S+$/, (target) => moved.get(target) ?? target);
    return { ...report, summary: pointed };
  });
}

async function examineOne(
  check: Check,
  host: HostFacts,
  signal: AbortSignal,
): Promise<CheckReport> {
  const { clock } = host.context;
  const begun = clock.monotonic();
  const { status, summary, details = [], hint } = await findingOf(check, host, signal);
  return {
    id: check.id,
    status,
    summary,
    details: details.length > 0 ? details.join("\n") : null,
    hint: hint ?? null,
    duration_ms: Math.round(clock.monotonic() - begun),
  };
}

async function findingOf(check: Check, host: HostFacts, signal: AbortSignal): Promise<Finding> {
  try {
    const bound = {
      action: `finish the check ${check.id}`,
      timeoutMs: BOUND,
      setting: null,
      signal,
    };
    return await withDeadline(
      host.context.clock,
      bound,
      // A check that ignores its signal must not hold up the other reports.
      (bounded) => waitFor(Promise.try(() => check.run(host, bounded)), bounded),
    );
  } catch (error) {
    signal.throwIfAborted();
    return findingOfError(error, check.id);
  }
}

function findingOfError(error: unknown, id: string): Finding {
  if (error instanceof NotApplicable) return { status: "skipped", summary: error.message };
  if (!(error instanceof ToolError)) {
    return {
      status: "failure",
      summary: `The check itself failed: ${messageOf(error)}`,
      hint: "report it with the output of: glance-direct doctor -f json",
    };
  }
  const [hint, ...more] = error.hints.flatMap((text) => withoutItself(text, id));
  const finding = { status: "failure", summary: error.message, details: more } as const;
  return hint === undefined ? finding : { ...finding, hint };
}

/** A hint to run the same check, or all checks, does not help here. */
function withoutItself(hint: string, id: string): readonly string[] {
  const [, text = hint] = new RegExp(
    `^(.*?)(?:[,;:]? ?(?:then: )?glance-direct doctor(?: ${id.replace(".", "\\.")})?)$`,
  ).exec(hint) ?? [];
  return text === "" ? [] : [text];
}
