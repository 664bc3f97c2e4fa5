/**
 * `hook install` and `hook uninstall`: add the program to nova-compute, and remove it.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { Result, Run } from "@/commands/session.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { document } from "@/manual/documentation.ts";
import type { Context } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { hookedUnits, parseUnit } from "@/nova/hook_units.ts";
import { type HookChange, type HookOptions, installHook, uninstallHook } from "@/nova/install.ts";
import { chosenDirectory, type SiteChoice } from "@/nova/site_packages.ts";
import type { Page } from "@/ui/page.ts";
import { hangingHint, hangingParts } from "@/ui/wrap.ts";

/** `hook install`. */
export function hookInstallCommand(run: Run): AnyCommand {
  return document(
    placed("install")
      .summary("install the hook")
      .description(
        "Writes the Python module and what makes nova-compute load it: a systemd drop-in, or a .pth " +
          "file in the site-packages of nova's Python.",
      )
      .option(
        "--unit <name>",
        `the service that runs nova-compute (default: ${HOOK_UNIT})`,
        parseUnit,
      )
      .option("--force", "replace files that are not ours, and install before nova")
      .action((flags) =>
        run(async ({ context }) => {
          const options = hookOptions(context, flags);
          const { unit = HOOK_UNIT } = flags;
          if (options.sitePackages !== undefined && flags.unit !== undefined) throw twoWays();
          const changes = await installHook(context, { ...options, unit });
          return renderChanges(changes, options, [unit]);
        })
      ),
    {
      notes: [
        "The hook reads two variables of nova-compute's environment:",
        [
          "  GLANCE_DIRECT_BIN           the program (default: /usr/bin/glance-direct)",
          "  GLANCE_DIRECT_HOOK_TIMEOUT  seconds after which nova uses its own download",
          "                              (default: 7200)",
        ],
      ],
      examples: [
        "hook install",
        ["hook install --unit openstack-nova-compute", "the name of the service in RDO"],
        ["hook install --python /var/lib/kolla/venv/bin/python3", "in a venv, or a container's"],
        "hook install --root debian/glance-direct",
      ],
      exits: [0, 64, 73, 74, 77],
    },
  );
}

/** `hook uninstall`. */
export function hookUninstallCommand(run: Run): AnyCommand {
  return document(
    placed("uninstall")
      .summary("remove the hook")
      .description("Removes what 'hook install' wrote, and nothing else.")
      .option("--force", "also remove files that were changed or are not ours")
      .action((flags) =>
        run(({ context }) => {
          const options = hookOptions(context, flags);
          const units = hookedUnits(context.files, options.root);
          return renderChanges(uninstallHook(context, options), options, units);
        })
      ),
    {
      notes: [
        "It finds the service by itself, whatever --unit 'hook install' was given. A Python must be named again.",
      ],
      examples: [
        "hook uninstall",
        "hook uninstall --python /var/lib/kolla/venv/bin/python3",
        "hook uninstall --root debian/glance-direct",
      ],
      exits: [0, 64, 73, 74, 77],
    },
  );
}

function placed(name: string) {
  return new Command(name)
    .option("--python <path>", "the Python that runs nova-compute, if it is in a venv")
    .option("--site-packages <dir>", "its site-packages, instead of --python")
    .option("--root <dir>", "root of the host's file system", "/");
}

interface PlaceFlags extends SiteChoice {
  readonly root: string;
  readonly force?: true | undefined;
}

function hookOptions({ files }: Pick<Context, "files">, flags: PlaceFlags): HookOptions {
  const { root, force = false } = flags;
  return { root, force, sitePackages: chosenDirectory(files, root, flags) };
}

function twoWays(): ToolError {
  return new ToolError("usage", "Cannot install with --unit and a Python at the same time", {
    hints: ["give one of them: a drop-in loads the hook in a service, a .pth file in a Python"],
  });
}

/** The action that makes nova-compute load the change. */
function reload({ sitePackages }: HookOptions, units: readonly string[]): readonly string[] {
  if (sitePackages !== undefined) return [];
  return ["systemctl daemon-reload", `systemctl restart ${units.join(" ")}`];
}

function renderChanges(
  changes: readonly HookChange[],
  options: HookOptions,
  units: readonly string[],
): Result {
  const isDone = changes.some(({ change }) => change === "written" || change === "removed");
  const next = isDone && options.root === "/" ? reload(options, units) : [];
  const lines = changes.map(({ path, change }) => `${change} ${path}`);
  if (next.length === 0 && isDone && options.root === "/") lines.push("now restart nova-compute");
  const text = ({ columns }: Page) =>
    [
      ...lines.map((line) => hangingParts([line], columns)),
      ...next.length === 0 ? [] : [hangingHint("now run:", next.join(" && "), columns)],
    ].join("\n");
  return { json: { files: changes, next }, text };
}
