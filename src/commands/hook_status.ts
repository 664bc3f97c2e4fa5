/**
 * `hook status`: where the hook is installed, and whether the running nova-compute uses it.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { BuiltCommand } from "@/commands/command.ts";
import type { Result, Run } from "@/commands/session.ts";
import { document } from "@/manual/documentation.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { isCurrent, type RunningHook, runningHook } from "@/nova/hook_mark.ts";
import { type Installation, installations } from "@/nova/hook_state.ts";
import { chosenDirectory } from "@/nova/site_packages.ts";

/** The command. */
export function hookStatusCommand(run: Run): BuiltCommand {
  return document(
    new Command("status")
      .summary("show where the hook is, and whether nova-compute uses it")
      .description(
        "Shows where the hook is installed (services, Pythons, containers of podman and Docker), " +
          "and whether the running nova-compute has loaded it.",
      )
      .option("--python <path>", "also check the site-packages of this Python")
      .option("--site-packages <dir>", "also check this directory")
      .action((flags) =>
        run(async ({ config, context: { files } }) => {
          const named = chosenDirectory(files, "/", flags);
          const found = installations(files, named === undefined ? [] : [named]);
          const running = await runningHook(files, config.get("DEFAULT.state_path"));
          return renderHookStatus(found, running);
        })
      ),
    {
      notes: [
        "It checks the venvs of Kolla, OpenStack-Ansible, OpenStack-Helm and DevStack, and the " +
        "distribution's Python. It finds the running nova-compute by a file in [DEFAULT]state_path.",
      ],
      examples: ["hook status", "hook status --python /opt/venv/bin/python3 -f json"],
      exits: [0, 64, 74, 77, 78],
    },
  );
}

/** Where the hook is, and what the running nova-compute has loaded; a hint for what is missing. */
export function renderHookStatus(
  found: readonly Installation[],
  running: RunningHook | undefined,
): Result {
  const json = {
    installed: found,
    running: running === undefined ? null : {
      pid: running.pid,
      module: running.module,
      program: running.program,
      program_runs: running.programRuns,
      current: isCurrent(running),
    },
  };
  const places = found.map(({ way, name, state, path, remedy }) =>
    `${way} ${name}: ${state}${path === null ? "" : `, see '${path}'`}` +
    (remedy === null ? "" : `\n  hint: ${remedy}`)
  );
  const lines = places.length > 0 ? places : [
    "the hook is not installed",
    ...running === undefined ? ["  hint: glance-direct hook install"] : [],
  ];
  return { json, text: [...lines, ...told(found, running)].join("\n") };
}

function told(
  found: readonly Installation[],
  running: RunningHook | undefined,
): readonly string[] {
  if (running === undefined) {
    if (found.length === 0) return [];
    const unit = found.find(({ way }) => way === "service")?.name ?? HOOK_UNIT;
    return [
      "no running nova-compute has loaded it",
      `  hint: systemctl restart ${unit}, or restart the container`,
    ];
  }
  const { pid, module, program, programRuns } = running;
  const version = isCurrent(running) ? "this version" : "another version: restart nova-compute";
  return [
    `nova-compute (pid ${pid}) has loaded '${module}', ${version}`,
    `it calls '${program}', which it ${programRuns ? "may run" : "cannot run"}`,
  ];
}
