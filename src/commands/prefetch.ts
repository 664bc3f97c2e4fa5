/**
 * `prefetch IMAGE…`: fetches many images into nova's cache ahead of time.
 *
 * @module
 */
import { Command, Option } from "@commander-js/extra-typings";
import { addOptions } from "@/commands/command.ts";
import { deadline } from "@/commands/deadline.ts";
import { planImage } from "@/commands/dry_run.ts";
import {
  collect,
  type FetchFlags,
  fetchRequest,
  TRANSFER_EXITS,
  transferFlags,
} from "@/commands/fetch_options.ts";
import { flagValue } from "@/commands/flag_value.ts";
import { expectSelection, selectImages, type Selection } from "@/commands/image_selection.ts";
import { sessionMetrics } from "@/commands/metrics.ts";
import { PrefetchBatch } from "@/commands/prefetch_batch.ts";
import { expectNoPlace, type PlaceFlags, placeFlags } from "@/commands/unit_place.ts";
import { printUnits } from "@/commands/print_units.ts";
import { openServices, type Services } from "@/commands/services.ts";
import type { Run, Session } from "@/commands/session.ts";
import { parseDuration } from "@/config/units.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import type { FetchRequest } from "@/plan/request.ts";
import { expectedFailure, ToolError } from "@/errors.ts";
import { document } from "@/manual/documentation.ts";

/** The command. */
export function prefetchCommand(run: Run): AnyCommand {
  const command = new Command("prefetch")
    .summary("fetch many images ahead of time")
    .description("Fills nova's cache, so that nova-compute finds its images and downloads nothing.")
    .argument("[images...]", "ids or unique names")
    .option("--from <file>", "read more from a file, one per line; '-' is standard input")
    .option("--tag <tag>", "images with this tag (repeat: with all of them)", collect, [])
    .option("--property <key=value>", "images with this property (repeat)", collect, [])
    .option("--all-public", "every public image")
    .option("--owner <project>", "with --tag or --property: only images of this project (id)")
    .addOption(
      new Option("--visibility <kind>", "with --tag or --property: only these")
        .choices(["public", "private", "shared", "community"]),
    )
    .option("--concurrency <n>", "transfers at the same time", positiveInteger, 2)
    .option(
      "--jitter <duration>",
      "wait a random time up to this first",
      flagValue("--jitter", parseDuration),
      0,
    )
    .option("--keep-going", "continue after a failure")
    .option("--dry-run", "print what would be done, and stop")
    .option("--print-units", "print a systemd service and timer that run this, and stop");
  addOptions(command, [...transferFlags(), ...placeFlags()]);
  return document(command, {
    notes: [
      "Images already cached get a fresh modification time, so that nova's cache manager keeps them.",
    ],
    examples: [
      "prefetch ubuntu-24.04 debian-12",
      "prefetch --tag golden --concurrency 4 --keep-going",
      "prefetch --from images.txt --jitter 10m",
      "prefetch --tag golden --owner PROJECT_ID --dry-run",
      "prefetch --tag golden --print-units",
      ["prefetch --tag golden --print-units --container nova_compute", "for a container"],
    ],
    exits: TRANSFER_EXITS,
  }).action((words, own, called) =>
    run((session) => {
      const flags = own as typeof own & FetchFlags & PlaceFlags;
      const asked = { ...flags, words };
      expectSelection(asked);
      if (flags.printUnits) return printUnits(session, flags, called);
      expectNoPlace(flags);
      return prefetch(session, asked, fetchRequest(flags, { kind: "cache" }));
    })
  );
}

interface PrefetchAsked extends Selection {
  readonly concurrency: number;
  readonly jitter: number;
  readonly keepGoing?: true | undefined;
  readonly dryRun?: true | undefined;
}

async function prefetch(
  session: Session,
  asked: PrefetchAsked,
  request: FetchRequest,
): Promise<undefined> {
  const { context } = session;
  const signal = deadline(session);
  // Hosts whose timers fire together must not all start together.
  if (asked.jitter > 0 && !asked.dryRun) {
    await context.clock.sleep(asked.jitter * context.random(), signal);
  }
  using services = await openServices(session, signal);
  if (asked.dryRun) return await planAll(session, services, asked, request, signal);
  using metrics = await sessionMetrics(session);
  const shared = { ...request, transfers: asked.concurrency };
  const batch = new PrefetchBatch({ session, services, metrics, request: shared, signal });
  const onMissing = (error: ToolError) => {
    if (!asked.keepGoing) throw error;
    batch.fail(error, {});
  };
  const records = await selectImages(services.client, context, asked, onMissing, signal);
  await batch.run(records, asked.concurrency, asked.keepGoing ?? false);
  batch.finish();
  return undefined;
}

/**
 * Prints each plan; with `--keep-going`, the first failure ends the run after all plans are
 * printed.
 */
async function planAll(
  session: Session,
  services: Services,
  asked: PrefetchAsked,
  request: FetchRequest,
  signal: AbortSignal,
): Promise<undefined> {
  const failures: ToolError[] = [];
  const onFailure = (error: ToolError) => {
    if (!asked.keepGoing) throw error;
    failures.push(error);
    session.context.log("error", error.message, { code: error.code });
  };
  const records = await selectImages(services.client, session.context, asked, onFailure, signal);
  for (const record of records) {
    try {
      session.print(await planImage(session, services, record, request, signal));
    } catch (error) {
      onFailure(expectedFailure(error, signal));
    }
  }
  if (failures[0] !== undefined) throw failures[0];
  return undefined;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ToolError(
    "usage",
    `Cannot run '${text}' transfers at the same time: expected an integer ≥ 1`,
    {
      hints: ["give a number of at least 1: --concurrency 2"],
    },
  );
}
