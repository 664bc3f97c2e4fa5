/**
 * `doctor [CHECK…]`: finds what prevents this host from fetching images, and suggests fixes.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { anySignal } from "@/any_signal.ts";
import { deadline } from "@/commands/deadline.ts";
import { openServices } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { CHECKS } from "@/doctor/all_checks.ts";
import type { Check, CheckStatus, HostFacts } from "@/doctor/check.ts";
import { type CheckReport, examine } from "@/doctor/examine.ts";
import { filesAs } from "@/doctor/files_as.ts";
import { hostFacts } from "@/doctor/host_facts.ts";
import { renderReports } from "@/doctor/render.ts";
import { serviceUser as findServiceUser } from "@/doctor/service_user.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { openSession } from "@/openstack/keystone/open_session.ts";
import { document } from "@/manual/documentation.ts";
import { renderTable } from "@/ui/table.ts";

const WARNING = 1;
const FAILURE = 2;

/** The command. */
export function doctorCommand(run: Run): AnyCommand {
  const command = new Command("doctor")
    .summary("find problems on this host")
    .description("Examines this host, and suggests a fix for each problem.")
    .argument("[check...]", "checks to run, or groups of them (default: all)")
    .option("--list", "print the checks, and stop")
    .action((words, { list }) =>
      run((session) => list ? renderList(words) : doctor(session, words))
    );
  return document(command, {
    notes: [
      "A check that another one stands in the way of is skipped, and the other one is examined too.",
      "The checks:",
      CHECKS.map(({ id, what }) => `  ${id.padEnd(21)} ${what}`),
    ],
    examples: [
      "doctor",
      ["doctor rbd", "the checks of rbd"],
      "doctor glance.locations cache.space -f json",
    ],
    exits: [
      [0, "no check failed"],
      [WARNING, "a check has a warning"],
      [FAILURE, "a check failed"],
      [64, "there is no such check"],
    ],
    candidates: [...new Set(CHECKS.flatMap(({ id }) => [groupOf(id), id]))],
  });
}

async function doctor(session: Session, words: readonly string[]): Promise<Result> {
  const checks = choose(words);
  const ended = new AbortController();
  const signal = anySignal(bound(session), ended.signal);
  const { globals, rbdProgram } = session;
  const { context, serviceUser } = asServiceUser(session);
  await using host = hostFacts({
    context,
    serviceUser,
    callerFiles: session.context.files,
    configSources: globals.configSources,
    rbdProgram,
    readConfig: () => session.config,
    openSession: () => openSession(context, { config: session.config, os: globals.os }, signal),
    openServices: () => openServices({ ...session, context }, signal),
    signal,
  });
  const reports = await examine(checks, host, signal, CHECKS);
  // A service that was given up must not delay the report with further tries.
  ended.abort();
  return resultOf(reports);
}

/**
 * Root can read everything, but nova-compute cannot: run by root, the checks use the file
 * permissions of nova-compute's user.
 */
function asServiceUser(session: Session): Pick<HostFacts, "context" | "serviceUser"> {
  const { context } = session;
  if (context.identity.uid !== 0) return { context };
  try {
    const user = findServiceUser(context.files, session.config.get("DEFAULT.instances_path"));
    if (user === undefined) return { context };
    context.log(
      "info",
      `Files are checked with the permissions of ${user.name}, the user of nova-compute`,
    );
    const identity = { ...context.identity, uid: user.uid };
    const files = filesAs(context.files, user);
    return { context: { ...context, identity, files }, serviceUser: user.name };
  } catch (error) {
    expectedFailure(error);
    return { context };
  }
}

/** A configuration that cannot be read is reported by the checks. */
function bound(session: Session): AbortSignal {
  try {
    return deadline(session);
  } catch (error) {
    if (error instanceof ToolError && error.code !== "usage") return session.signal;
    throw error;
  }
}

function choose(words: readonly string[]): readonly Check[] {
  if (words.length === 0) return CHECKS;
  const isNamed = (word: string) => ({ id }: Check) => word === id || word === groupOf(id);
  const unknown = words.find((word) => !CHECKS.some(isNamed(word)));
  if (unknown === undefined) return CHECKS.filter((check) => words.some((w) => isNamed(w)(check)));
  throw new ToolError("usage", `Cannot run '${unknown}': there is no such check`, {
    hints: ["glance-direct doctor --list"],
  });
}

function groupOf(id: string): string {
  return id.slice(0, id.indexOf("."));
}

function renderList(words: readonly string[]): Result {
  const rows = choose(words).map(({ id, what }) => ({ id, what }));
  return {
    json: rows,
    text: ({ columns }) =>
      renderTable(["CHECK", "WHAT"], rows.map(({ id, what }) => [id, what]), {
        columns,
        isProse: true,
      }),
  };
}

function resultOf(reports: readonly CheckReport[]): Result {
  const has = (wanted: CheckStatus) => reports.some(({ status }) => status === wanted);
  return {
    json: reports,
    text: (page) => renderReports(reports, page),
    status: has("failure") ? FAILURE : has("warning") ? WARNING : 0,
  };
}
