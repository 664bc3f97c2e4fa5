/**
 * `hook status`: where the hook is installed, and whether the running nova-compute uses it.
 *
 * @module
 */
import { Command } from "@commander-js/extra-typings";
import type { Result, Run } from "@/commands/session.ts";
import type { AnyCommand } from "@/manual/commander.ts";
import { document } from "@/manual/documentation.ts";
import { HOOK_UNIT } from "@/nova/hook_files.ts";
import { isCurrent } from "@/nova/hook_mark.ts";
import {
  type HookSurvey,
  placesOf,
  type RunningPlace,
  surveyHook,
  titleOf,
} from "@/nova/hook_survey.ts";
import { chosenDirectory } from "@/nova/site_packages.ts";
import type { Page } from "@/ui/page.ts";
import { hangingHint, hangingParts } from "@/ui/wrap.ts";

/** The command. */
export function hookStatusCommand(run: Run): AnyCommand {
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
          return renderHookStatus(
            await surveyHook({
              files,
              callerFiles: files,
              statePath: config.get("DEFAULT.state_path"),
              directories: named === undefined ? [] : [named],
            }),
          );
        })
      ),
    {
      notes: [
        "It checks the venvs of Kolla, OpenStack-Ansible, OpenStack-Helm and DevStack, and the " +
        "distribution's Python. It finds the running nova-compute by a file in [DEFAULT]state_path, " +
        "in a container where that is mounted from the host.",
      ],
      examples: ["hook status", "hook status --python /opt/venv/bin/python3 -f json"],
      exits: [0, 64, 74, 77, 78],
    },
  );
}

/** Where the hook is, and what each running nova-compute has loaded; a hint for what is missing. */
export function renderHookStatus(survey: HookSurvey): Result {
  const { installed, without, running } = survey;
  const json = {
    installed,
    without,
    running: running.map((one) => ({
      container: one.container,
      pid: one.pid,
      module: one.module,
      program: one.program,
      program_runs: one.programRuns,
      current: isCurrent(one),
    })),
  };
  const places = placesOf(survey).flatMap(({ text, remedy }) => withHint(text, remedy));
  const isNowhere = places.length === 0 && running.length === 0;
  const lines = isNowhere
    ? withHint("the hook is not installed", "glance-direct hook install")
    : places;
  const all = [...lines, ...told(survey)];
  return { json, text: ({ columns }: Page) => all.map((each) => shown(each, columns)).join("\n") };
}

const HINT = "  hint:";

function shown(line: string, columns: number): string {
  return line.startsWith(HINT)
    ? hangingHint(HINT, line.slice(HINT.length + 1), columns)
    : hangingParts([line], columns);
}

function told({ installed, running }: HookSurvey): readonly string[] {
  if (running.length > 0) return running.flatMap(loaded);
  if (installed.length === 0) return [];
  const service = installed.find(({ way }) => way === "service");
  const container = installed.find(({ way }) => way === "container");
  const restart = service !== undefined || container === undefined
    ? `systemctl restart ${service?.name ?? HOOK_UNIT}`
    : container.name.replace(" ", " restart ");
  return withHint("no running nova-compute has loaded it", restart);
}

function loaded(one: RunningPlace): readonly string[] {
  const version = isCurrent(one) ? "this version" : "another version: restart nova-compute";
  return [
    `${titleOf(one)} has loaded '${one.module}', ${version}`,
    `it calls '${one.program}', which it ${one.programRuns ? "may run" : "cannot run"}`,
  ];
}

function withHint(text: string, hint: string | null): readonly string[] {
  return hint === null ? [text] : [text, `${HINT} ${hint}`];
}
