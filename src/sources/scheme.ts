/**
 * What a scheme is: all that the program knows of one way to reach an image. The list of them is
 * `src/sources/registry.ts`; nothing outside this folder names one.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord, Location } from "@/openstack/glance/image.ts";
import type { SchemeHandler } from "@/sources/source.ts";

/** Where a location is planned: the main thread, which has the configuration. */
export interface PlanningHost {
  /** nova's configuration. */
  readonly config: Config;
  /** The outside world. */
  readonly context: Pick<Context, "clock" | "files">;
  /** The Image API. */
  readonly client: Pick<GlanceClient, "endpoints">;
  /** `rbd` elsewhere than the built-in path; for the demo and for tests. */
  readonly rbdProgram?: string | undefined;
  /** Kind asked for on the command line: it counts as enabled. */
  readonly only?: string | undefined;
}

/** Where a location is read: the thread of the transfer, which has nothing but its plan. */
export interface ReadingHost {
  /** The outside world. */
  readonly context: Pick<Context, "clock" | "files" | "processes">;
  /** The Image API, if the plan needs it. */
  readonly client: GlanceClient | undefined;
}

/** A location that can be read. */
export interface PlannedLocation<Settings> {
  /** The location without credentials, for messages and results. */
  readonly label: string;
  /** What reading it takes. Plain data: the thread has no configuration. */
  readonly settings: Settings;
}

/** What the thread may do for the sake of a source; what is absent it may not. */
export interface Needs {
  /** Programs, by absolute path. */
  readonly programs?: readonly string[];
  /** Servers, each `host:port`. */
  readonly servers?: readonly string[];
  /** Directories that are read. */
  readonly directories?: readonly string[];
  /** Whether the Image API is asked. */
  readonly imageApi?: true;
}

/** One way to reach an image. */
export interface Scheme<Settings = unknown> {
  /** Its name in results, metrics, and `--source`. */
  readonly kind: string;
  /** URL schemes served, lower case, without the colon. */
  readonly schemes: readonly string[];
  /** Programs that it may ever run: the binary has the permission. */
  readonly programs?: readonly string[];
  /** A location that every image has, beside those of its record. */
  readonly everywhere?: Location;
  /** Whether a location is near to this host: near ones are tried first. */
  isNear?(location: Location, host: PlanningHost): boolean;
  /**
   * Decides whether this host reads a location, and how.
   *
   * @throws {ToolError} `location_invalid`, with the reason why not: `show` and the result give it.
   */
  plan(location: Location, image: ImageRecord, host: PlanningHost): PlannedLocation<Settings>;
  /** What the thread must be allowed to do. */
  needs(settings: Settings, host: PlanningHost, signal: AbortSignal): Needs | Promise<Needs>;
  /** Reads locations, by the settings of {@linkcode Scheme.plan}. */
  handler(settings: Settings, host: ReadingHost): SchemeHandler;
}
