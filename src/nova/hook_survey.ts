/**
 * All that a host shows of the hook: where it is installed, which containers of nova-compute are
 * without it, and which running nova-compute has loaded it.
 *
 * @module
 */
import type { Files } from "@/context.ts";
import { isHooked, type NovaContainer, novaContainers, pathOnHost } from "@/nova/containers.ts";
import { HOOK_DROP_IN, SHIPPED_DIRECTORY } from "@/nova/hook_files.ts";
import { type RunningHook, runningHook } from "@/nova/hook_mark.ts";
import { type Installation, installations } from "@/nova/hook_state.ts";

/** A nova-compute that has loaded the hook, and where it runs. */
export interface RunningPlace extends RunningHook {
  /** Its container, as in `podman nova_compute`; `null` on the host itself. */
  readonly container: string | null;
}

/** What {@linkcode surveyHook} finds. */
export interface HookSurvey {
  /** Every place with a file of the hook. */
  readonly installed: readonly Installation[];
  /** Containers of nova-compute that have no part of it, as in `docker nova_compute`. */
  readonly without: readonly string[];
  /** Every nova-compute that has loaded it. */
  readonly running: readonly RunningPlace[];
}

/** The part of the file system that is read. */
export type SurveyFiles = Pick<Files, "list" | "lstat" | "readText" | "stat" | "tryLock">;

/** Where to look. */
export interface SurveyOptions {
  /** The file system as nova-compute sees it. */
  readonly files: SurveyFiles;
  /** As the caller sees it: only root may read what podman and Docker keep. */
  readonly callerFiles: SurveyFiles;
  /** `[DEFAULT]state_path`, also of the containers. */
  readonly statePath: string;
  /** Additional directories of packages. @default none */
  readonly directories?: readonly string[];
}

/**
 * Looks everywhere.
 *
 * @throws {ToolError} `permission_denied` or `io`, if a file of the hook cannot be read.
 */
export async function surveyHook(options: SurveyOptions): Promise<HookSurvey> {
  const { files, callerFiles, directories } = options;
  const containers = novaContainers(callerFiles);
  const running = await findRunning(options, containers);
  return {
    installed: installations(files, containers, directories).filter(isAsked(running)),
    without: containers.filter((each) => !isHooked(each)).map(({ name }) => name),
    running,
  };
}

/**
 * A module without a drop-in is no incomplete installation where nova-compute has loaded it: in a
 * container, the definition of the container sets `PYTHONPATH`.
 */
function isAsked(running: readonly RunningPlace[]): (one: Installation) => boolean {
  const isLoaded = running.some(({ container }) => container === null);
  return ({ way, path }) => !(isLoaded && way === "service" && path === HOOK_DROP_IN);
}

/**
 * A container's directory may be the host's as well: it counts as the container's, once.
 */
async function findRunning(
  { files, callerFiles, statePath }: SurveyOptions,
  containers: readonly NovaContainer[],
): Promise<readonly RunningPlace[]> {
  const inside = containers.map((container) =>
    [pathOnHost(container, statePath), container.name, callerFiles] as const
  );
  const places = [...inside, [statePath, null, files] as const];
  const seen = new Set<string>();
  const found: RunningPlace[] = [];
  for (const [path, container, look] of places) {
    if (path === undefined || seen.has(path)) continue;
    seen.add(path);
    const running = await runningHook(look, path);
    if (running !== undefined) found.push({ ...running, container });
  }
  return found;
}

/** One place, for people. */
export interface Place {
  /** What is there. */
  readonly text: string;
  /** The fix, `null` if none is needed. */
  readonly remedy: string | null;
}

/** Every place, in the order of the survey. */
export function placesOf({ installed, without }: HookSurvey): readonly Place[] {
  return [
    ...installed.map(({ way, name, state, path, remedy }) => ({
      text: `${way} ${name}: ${state}${path === null ? "" : `, see '${path}'`}`,
      remedy,
    })),
    ...without.map((name) => ({ text: `container ${name}: without the hook`, remedy: TO_MOUNT })),
  ];
}

const TO_MOUNT = `mount /usr/bin/glance-direct and the files of ${SHIPPED_DIRECTORY}: ` +
  "see DEPLOYMENTS.md";

/** The name of a running nova-compute, for people. */
export function titleOf({ pid, container }: RunningPlace): string {
  return `nova-compute (pid ${pid}${container === null ? "" : ` in ${container}`})`;
}
