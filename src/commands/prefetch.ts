/**
 * `prefetch IMAGE…`: many images into nova's cache ahead of time.
 *
 * @module
 */
import { Command } from "commander";
import { expectWithinBudget } from "@/cache/usage.ts";
import type { BuiltCommand } from "@/commands/command.ts";
import { deadline } from "@/commands/deadline.ts";
import {
  addTransferFlags,
  collect,
  type FetchFlags,
  fetchRequest,
} from "@/commands/fetch_options.ts";
import { selectImages, type Selection } from "@/commands/image_selection.ts";
import { sessionMetrics } from "@/commands/metrics.ts";
import { renderUnits } from "@/commands/prefetch_units.ts";
import { openServices, type Services } from "@/commands/services.ts";
import type { Run, Session } from "@/commands/session.ts";
import { parseDuration } from "@/config/units.ts";
import type { LogFields } from "@/context.ts";
import { transferImage } from "@/commands/transfer.ts";
import { cacheTarget } from "@/download/cache_target.ts";
import type { FetchRequest } from "@/download/fetch_image.ts";
import { withHash } from "@/download/hash_wait.ts";
import type { FetchResult } from "@/download/result.ts";
import { throwIfAborted, ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/glance/image.ts";
import type { Metrics } from "@/metrics/thread.ts";
import { renderFetch } from "@/ui/fetch_result.ts";
import { document, type Documentation } from "@/manual/documentation.ts";

/** The command. */
export function prefetchCommand(run: Run): BuiltCommand {
  const command = new Command("prefetch")
    .summary("fetch many images ahead of time")
    .description("Fills nova's cache, so that nova-compute finds its images and downloads nothing.")
    .argument("[images...]", "ids or unique names")
    .option("--from <file>", "read more of them from a file, one a line; '-' is standard input")
    .option("--tag <tag>", "images with this tag (repeat: with all of them)", collect, [])
    .option("--property <key=value>", "images with this property (repeat)", collect, [])
    .option("--all-public", "every public image")
    .option("--concurrency <n>", "transfers at the same time", positiveInteger, 2)
    .option("--jitter <duration>", "wait a random time up to this first", parseDuration, 0)
    .option("--keep-going", "go on after a failure")
    .option("--print-units", "print a systemd service and timer that run this, and stop");
  addTransferFlags(command);
  document(command, DOCUMENTATION);
  return command.action((words: string[], flags: FetchFlags & Omit<PrefetchAsked, "words">) =>
    run((session) => {
      const asked = { ...flags, words };
      if (flags.printUnits) {
        const { configSources } = session.globals;
        const instancesPath = session.config.get("DEFAULT.instances_path");
        return Promise.resolve(renderUnits(words, asked, { configSources, instancesPath }));
      }
      return prefetch(session, asked, fetchRequest(flags));
    })
  );
}

interface PrefetchAsked extends Selection {
  readonly concurrency: number;
  readonly jitter: number;
  readonly keepGoing?: true | undefined;
  readonly printUnits?: true | undefined;
}

async function prefetch(
  session: Session,
  asked: PrefetchAsked,
  request: FetchRequest,
): Promise<undefined> {
  const { context } = session;
  const signal = deadline(session);
  // Hosts whose timers fire together must not all begin together.
  if (asked.jitter > 0) await context.clock.sleep(asked.jitter * context.random(), signal);
  using services = await openServices(session, signal);
  using metrics = await sessionMetrics(session);
  const batch = new Batch(session, services, metrics, request, signal);
  const onMissing = (error: ToolError) => {
    if (!asked.keepGoing) throw error;
    batch.fail(error, {});
  };
  const records = await selectImages(services.client, context, asked, onMissing, signal);
  await batch.run(records, asked.concurrency, asked.keepGoing ?? false);
  batch.finish();
  return undefined;
}

/** One run over many images. */
class Batch {
  readonly #session: Session;
  readonly #services: Services;
  readonly #metrics: Metrics;
  readonly #request: FetchRequest;
  readonly #signal: AbortSignal;
  readonly #failures: ToolError[] = [];
  readonly #done: FetchResult[] = [];
  /** Images whose transfer may still have to be started. */
  #ahead = 0;

  constructor(
    session: Session,
    services: Services,
    metrics: Metrics,
    request: FetchRequest,
    signal: AbortSignal,
  ) {
    this.#session = session;
    this.#services = services;
    this.#metrics = metrics;
    this.#request = request;
    this.#signal = signal;
  }

  /** Works through the images; after a failure no new one is begun, unless told to go on. */
  async run(records: readonly ImageRecord[], width: number, keepGoing: boolean): Promise<void> {
    const queue = [...records];
    this.#ahead = records.length;
    const work = async () => {
      for (let record = queue.shift(); record !== undefined; record = queue.shift()) {
        await this.#one(record);
        if (this.#failures.length > 0 && !keepGoing) return;
      }
    };
    await Promise.all(Array.from({ length: Math.min(width, records.length) }, work));
  }

  /** Says how it went. @throws {ToolError} The worst failure. */
  finish(): void {
    const fetched = this.#done.filter(({ outcome }) => outcome === "fetched").length;
    const cached = this.#done.length - fetched;
    const summary = `${fetched} fetched, ${cached} already cached, ${this.#failures.length} failed`;
    this.#session.context.log("info", summary);
    const worst = this.#failures.toSorted((a, b) => b.exitStatus - a.exitStatus).at(0);
    if (worst !== undefined) throw worst;
  }

  /** Notes a failure and says so at once. */
  fail(error: ToolError, fields: LogFields): void {
    this.#failures.push(error);
    this.#session.progress.clear();
    this.#session.context.log("error", error.message, { ...fields, code: error.code });
  }

  async #one(record: ImageRecord): Promise<void> {
    let isAhead = true;
    const start = () => {
      if (isAhead) this.#started();
      isAhead = false;
    };
    try {
      const result = await this.#metrics.counted(() => this.#fetch(record, start));
      this.#done.push(result);
      this.#session.progress.clear();
      this.#session.print(renderFetch(result));
    } catch (error) {
      throwIfAborted(this.#signal);
      if (!(error instanceof ToolError)) throw error;
      this.fail(error, { image: record.id });
    } finally {
      start();
    }
  }

  async #fetch(selected: ImageRecord, onReady: () => void): Promise<FetchResult> {
    const record = await withHash(this.#services, selected, this.#signal);
    const { config, context } = this.#session;
    const target = cacheTarget(config, record, this.#request.force);
    const { path } = target.publication;
    const isThere = context.files.stat(path) !== undefined;
    if (!isThere) {
      const budget = config.get("glance_direct.cache_budget") ?? undefined;
      expectWithinBudget(context.files, path, record.size ?? 0, budget);
    }
    return await transferImage(this.#session, this.#services, {
      record,
      request: this.#request,
      target,
      isBase: true,
      // Nova's cache manager removes what is unused and old; wanted images must stay young.
      refresh: true,
      onReady,
    }, this.#signal);
  }

  /** With the last transfer under way, this thread needs neither programs nor files any more. */
  #started(): void {
    this.#ahead--;
    if (this.#ahead === 0) this.#session.context.relinquish(["run", "read", "write", "sys", "ffi"]);
  }
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ToolError("usage", `Cannot run '${text}' transfers at the same time: it is no number`, {
    hints: ["give a number of at least 1: --concurrency 2"],
  });
}

const DOCUMENTATION: Documentation = {
  notes: [
    "What it finds cached gets a new modification time, so that nova's cache manager keeps it.",
  ],
  examples: [
    "prefetch ubuntu-24.04 debian-12",
    "prefetch --tag golden --concurrency 4 --keep-going",
    "prefetch --from images.txt --jitter 10m",
    "prefetch --tag golden --print-units",
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
