/**
 * `hook install` and `hook uninstall`: brings the program into nova-compute, and takes it away again.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { BuiltCommand } from "@/commands/command.ts";
import type { Result, Run } from "@/commands/session.ts";
import { document, type Documentation } from "@/manual/documentation.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { hookedUnits, parseUnit } from "@/nova/hook_units.ts";
import { type HookChange, type HookOptions, installHook, uninstallHook } from "@/nova/install.ts";

/** `hook install`. */
export function hookInstallCommand(run: Run): BuiltCommand {
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

/** `hook uninstall`. */
export function hookUninstallCommand(run: Run): BuiltCommand {
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
