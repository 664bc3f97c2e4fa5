/**
 * `hook install`, `hook uninstall` and `hook fetch`: nova-compute's own downloads, done by this
 * program.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import { type BuiltCommand, commandGroup } from "@/commands/command.ts";
import { deadline } from "@/commands/deadline.ts";
import { sessionMetrics } from "@/commands/metrics.ts";
import { openServices } from "@/commands/services.ts";
import type { Result, Run, Session } from "@/commands/session.ts";
import { transferImage } from "@/commands/transfer.ts";
import type { FetchRequest } from "@/download/fetch_image.ts";
import { withHash } from "@/download/hash_wait.ts";
import { partFill } from "@/download/part_fill.ts";
import type { FetchResult } from "@/download/result.ts";
import { ToolError } from "@/errors.ts";
import { type HookRequest, parseHookRequest } from "@/nova/hook_request.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { hookedUnits, parseUnit } from "@/nova/hook_units.ts";
import { type HookChange, type HookOptions, installHook, uninstallHook } from "@/nova/install.ts";
import { renderFetch } from "@/ui/fetch_result.ts";
import { document, type Documentation } from "@/manual/documentation.ts";

/** What nova wants: everything verified, from wherever it comes. */
const REQUEST: Omit<FetchRequest, "trustedCerts"> = {
  verify: "full",
  allowUnhashed: false,
  fallback: true,
  force: true,
  // Nova inspects disks itself, and lets kernels pass, which may look like anything.
  deepInspection: false,
};

/** Mode of nova's `.part`, which keeps it when it becomes the base file. */
const PART_MODE = 0o644;

/** The command with its three subcommands. */
export function hookCommand(run: Run): BuiltCommand {
  return commandGroup(
    "hook",
    "let nova-compute fetch images with this program",
    "Brings glance-direct into nova-compute, and takes it away again.",
    [fetchCommand(run), installCommand(run), uninstallCommand(run)],
    { examples: ["hook install", "hook uninstall"], exits: [0, 64] },
  );
}

function fetchCommand(run: Run): BuiltCommand {
  return document(
    new Command("fetch")
      .summary("fetch the image that nova asks for")
      .description(
        "Fetches one image for nova's hook, which sends a JSON request on standard input.",
      )
      .action(() => run(fetchForNova)),
    FETCH_DOCUMENTATION,
  );
}

function installCommand(run: Run): BuiltCommand {
  return document(
    placed("install")
      .summary("put the hook in its place")
      .description(
        "Writes the Python module and the systemd drop-in that loads it in nova-compute.",
      )
      .option("--unit <name>", "the service that runs nova-compute", parseUnit, HOOK_UNIT)
      .option("--force", "also replace files that were changed or are not ours")
      .action((flags) =>
        run(async ({ context }) => {
          const { unit } = flags;
          const options = hookOptions(flags);
          const changes = await installHook(context, { ...options, unit });
          return renderChanges(changes, options, [unit]);
        })
      ),
    INSTALL_DOCUMENTATION,
  );
}

function uninstallCommand(run: Run): BuiltCommand {
  return document(
    placed("uninstall")
      .summary("take the hook away")
      .description("Removes what 'hook install' wrote, and nothing else.")
      .option("--force", "also remove files that were changed or are not ours")
      .action((flags) =>
        run(({ context }) => {
          const options = hookOptions(flags);
          const units = hookedUnits(context.files, options.root);
          return Promise.resolve(renderChanges(uninstallHook(context, options), options, units));
        })
      ),
    UNINSTALL_DOCUMENTATION,
  );
}

function placed(name: string) {
  return new Command(name).option("--root <dir>", "where the host's file system is", "/");
}

function hookOptions(flags: { root: string; force?: true | undefined }): HookOptions {
  return { root: flags.root, force: flags.force ?? false };
}

/** nova holds its own lock meanwhile: taking it here would stop both for ever. */
async function fetchForNova(session: Session): Promise<Result> {
  const asked = parseHookRequest(await session.context.terminal.readInput());
  using metrics = await sessionMetrics(session);
  return renderFetch(await metrics.counted(() => fetchAsked(session, asked)));
}

async function fetchAsked(session: Session, asked: HookRequest): Promise<FetchResult> {
  const { imageId, path, trustedCerts, ...caller } = asked;
  const signal = deadline(session);
  using parts = await openServices(session, signal, caller);
  const record = await withHash(parts, await parts.client.show(imageId, signal), signal);
  const publication = { path, mode: PART_MODE, replace: true };
  const target = { kind: "file", publication } as const;
  const request = { ...REQUEST, trustedCerts: trustedCerts ?? [] };
  const part = partFill(session.config, record, path);
  const wanted = { record, request, target, isBase: false, part };
  try {
    return await transferImage(session, parts, wanted, signal);
  } catch (error) {
    throw isUnhashed(error) ? leftToNova(error) : error;
  }
}

function isUnhashed(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code === "hash_missing";
}

/** Nova boots images without a hash (its own snapshots inside Ceph): not ours to abort. */
function leftToNova({ hints, message }: ToolError): ToolError {
  return new ToolError("source_unavailable", message, { hints });
}

/** What nova-compute needs to notice the change. */
function reload(units: readonly string[]): readonly string[] {
  return ["systemctl daemon-reload", `systemctl restart ${units.join(" ")}`];
}

function renderChanges(
  changes: readonly HookChange[],
  { root }: HookOptions,
  units: readonly string[],
): Result {
  const isDone = changes.some(({ change }) => change === "written" || change === "removed");
  const next = isDone && root === "/" ? reload(units) : [];
  const lines = changes.map(({ path, change }) => `${change} ${path}`);
  if (next.length > 0) lines.push(`now run: ${next.join(" && ")}`);
  return { json: { files: changes, next }, text: lines.join("\n") };
}

const FETCH_DOCUMENTATION: Documentation = {
  notes: [
    "The request holds image_id, path, trusted_certs, token, service_token, endpoint and " +
    "request_id. All but image_id and path may be null. The image is written to exactly this path.",
  ],
  examples: [`hook fetch -f json < request.json`],
  exits: [
    [0, "the image is there"],
    [65, "the image is wrong: nova must not start from it"],
    [66, "Glance has no such image"],
    [69, "every source failed: nova downloads itself, as after all statuses below"],
    73,
    74,
    75,
    77,
    78,
  ],
};

const INSTALL_DOCUMENTATION: Documentation = {
  notes: [
    "The hook reads two variables of nova-compute's environment:",
    [
      "  GLANCE_DIRECT_BIN           the program (default: /usr/bin/glance-direct)",
      "  GLANCE_DIRECT_HOOK_TIMEOUT  seconds after which nova downloads itself",
      "                              (default: 7200)",
    ],
  ],
  examples: [
    "hook install",
    ["hook install --unit openstack-nova-compute", "as RDO names the service"],
    "hook install --root debian/glance-direct",
  ],
  exits: [0, 73, 74, 77],
};

const UNINSTALL_DOCUMENTATION: Documentation = {
  notes: ["It finds the service by itself, whatever --unit 'hook install' was given."],
  examples: ["hook uninstall", "hook uninstall --root debian/glance-direct"],
  exits: [0, 73, 74, 77],
};
