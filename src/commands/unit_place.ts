/**
 * Where the units of `prefetch --print-units` find nova's cache: on the host, in a container, or in
 * a container's volume.
 *
 * @module
 */
import { Option } from "@commander-js/extra-typings";
import type { Files } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import type { AnyOption } from "@/manual/commander.ts";
import { RARE } from "@/manual/help.ts";

/** The supported container engines. */
const ENGINES = ["podman", "docker"] as const;

/** The flags that only apply to `--print-units`. */
export type PlaceFlags = {
  /** `--container`: the container of nova-compute, in which the program runs. */
  readonly container?: string | undefined;
  /** `--engine`: the container engine. */
  readonly engine: "podman" | "docker";
  /** `--volume`: the host's directory that is mounted at nova's state path in the container. */
  readonly volume?: string | undefined;
};

/** The directory that a service mounts in place of nova's own. */
export interface Volume {
  /** The directory on the host. */
  readonly path: string;
  /** Its owner: nova's user, which may be unknown to the host. */
  readonly uid: number;
  /** Its group. */
  readonly gid: number;
}

/** The flags. */
export function placeFlags(): readonly AnyOption[] {
  const flags = [
    new Option("--container <name>", "for --print-units: run in this container of nova-compute"),
    new Option("--engine <kind>", "for --container").choices(ENGINES).default("podman"),
    new Option("--volume <dir>", "for --print-units: the host's directory of nova's state_path"),
  ];
  return flags.map((flag) => flag.helpGroup(RARE));
}

/**
 * Refuses the flags without `--print-units`.
 *
 * @throws {ToolError} `usage`.
 */
export function expectNoPlace({ container, volume }: PlaceFlags): void {
  if (container === undefined && volume === undefined) return;
  const flag = container === undefined ? "--volume" : "--container";
  throw new ToolError("usage", `Cannot prefetch with ${flag}: it is only for --print-units`, {
    hints: [
      `glance-direct prefetch … ${flag} … --print-units`,
      "now: podman exec NAME glance-direct prefetch …",
    ],
  });
}

/**
 * The given volume and its owner.
 *
 * @throws {ToolError} `usage`, if it is not an absolute path of a directory, or a container is
 * named as well.
 */
export function volumeOf(
  files: Pick<Files, "stat">,
  { container, volume }: PlaceFlags,
): Volume | undefined {
  if (volume === undefined) return undefined;
  if (container !== undefined) {
    throw new ToolError("usage", "Cannot print units for a container and a volume at once", {
      hints: ["--container runs the program inside, --volume on the host"],
    });
  }
  const info = files.stat(volume);
  if (volume.startsWith("/") && info?.isDirectory) {
    return { path: volume, uid: info.uid, gid: info.gid };
  }
  throw new ToolError("usage", `Cannot use the volume '${volume}': it is not a directory path`, {
    hints: ["as in --volume /var/lib/docker/volumes/nova_compute/_data"],
  });
}

/** The words before the program's own in a unit that runs it in a container. */
export function execWords({ container, engine }: PlaceFlags): readonly string[] {
  return container === undefined ? [] : [`/usr/bin/${engine}`, "exec", container];
}
