/**
 * Runs checks side by side, each within a bound; whatever one throws is what it found.
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
import { messageOf, throwIfAborted, ToolError } from "@/errors.ts";
import { withDeadline } from "@/openstack/http/deadline.ts";
import { waitFor } from "@/wait_for.ts";

/** What is told of one check, letter by letter as `-f json` prints it. */
export interface CheckReport {
  /** Its id. */
  readonly id: string;
  /** How it ended. */
  readonly status: CheckStatus;
  /** What was found. */
  readonly summary: string;
  /** More of it, lines; `null` when there is no more. */
  readonly details: string | null;
  /** What puts it right; `null` when nothing needs to be. */
  readonly hint: string | null;
  /** How long it took. */
  readonly duration_ms: number;
}

/** Longest time of one check, in milliseconds: twice what a service may take to answer. */
const BOUND = 120_000;

/**
 * Runs checks at the same time: they only read, or use files of their own.
 *
 * @returns In the order given.
 * @throws {unknown} The signal's reason.
 */
export async function examine(
  checks: readonly Check[],
  host: HostFacts,
  signal: AbortSignal,
): Promise<readonly CheckReport[]> {
  const reports = await Promise.all(checks.map((check) => examineOne(check, host, signal)));
  return oneCauseOnce(reports);
}

/**
 * One cause, one failure: what a check before has told already is skipped, and whoever points there is
 * pointed to the cause.
 */
function oneCauseOnce(reports: readonly CheckReport[]): readonly CheckReport[] {
  const causes = new Map<string, string>();
  // How long it took to give up is no part of the cause.
  const causeOf = (summary: string) => summary.replace(/ \(\d+ tries in .*\)$/, "");
  const moved = new Map<string, string>();
  return reports.map((report) => {
    const { id, status, summary } = report;
    const cause = status === "failure" ? causes.get(causeOf(summary)) : undefined;
    if (cause !== undefined) {
      moved.set(id, cause);
      return { ...report, status: "skipped", summary: `Not examined: see ${cause}`, hint: null };
    }
    if (status === "failure") causes.set(causeOf(summary), id);
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
      // A check that does not listen to its signal must not keep the others' findings back.
      (bounded) => waitFor(Promise.try(() => check.run(host, bounded)), bounded),
    );
  } catch (error) {
    throwIfAborted(signal);
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

/** A hint that leads to the check that gives it, or to all of them, helps nobody who reads it here. */
function withoutItself(hint: string, id: string): readonly string[] {
  const [, text = hint] = new RegExp(
    `^(.*?)(?:[,;:]? ?(?:then: )?glance-direct doctor(?: ${id.replace(".", "\\.")})?)$`,
  ).exec(hint) ?? [];
  return text === "" ? [] : [text];
}
