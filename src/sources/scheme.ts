/**
 * A scheme: everything the program knows about one way to reach an image. Their list is
 * `src/sources/registry.ts`; no code outside this directory names one.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { Context } from "@/context.ts";
import type { GlanceClient } from "@/openstack/glance/client.ts";
import type { ImageRecord, Location } from "@/openstack/glance/image.ts";
import type { Source } from "@/sources/source.ts";

/** Where a location is planned: the main thread, which has the configuration. */
export interface PlanningHost {
  /** nova's configuration. */
  readonly config: Config;
  /** The outside world. */
  readonly context: Pick<Context, "clock" | "files">;
  /** The Image API. */
  readonly client: Pick<GlanceClient, "endpoints">;
  /** Path of `rbd`, if it is not the built-in one; for the demo and for tests. */
  readonly rbdProgram?: string | undefined;
  /** The kind given on the command line; it counts as enabled. */
  readonly only?: string | undefined;
}

/** Where a location is read: the thread of the transfer, which has only its plan. */
export interface ReadingHost {
  /** The outside world. */
  readonly context: Pick<Context, "clock" | "files" | "processes">;
  /** The Image API, if the plan needs it. */
  readonly client: GlanceClient | undefined;
}

/** A location that this host can read. */
export interface PlannedLocation<Settings> {
  /** The location without credentials, for messages and results. */
  readonly label: string;
  /** What the thread reads it with. Plain data: the thread has no configuration. */
  readonly settings: Settings;
}

/** Permissions that a source needs in the thread; others are not granted. */
export interface Needs {
  /** Programs, by absolute path. */
  readonly programs?: readonly string[];
  /** Servers, each `host:port`. */
  readonly servers?: readonly string[];
  /** Directories to read. */
  readonly directories?: readonly string[];
  /** Whether it uses the Image API. */
  readonly imageApi?: true;
}

/** One way to reach an image. */
export interface Scheme<Settings = unknown> {
  /** Its name in results, metrics, and `--source`. */
  readonly kind: string;
  /** URL schemes served, lower case, without the colon. */
  readonly schemes: readonly string[];
  /** Programs that it may run; the binary has permission for all of them. */
  readonly programs?: readonly string[];
  /** A location that every image has, in addition to those of its record. */
  readonly everywhere?: Location;
  /** Whether a location is near to this host: near ones are tried first. */
  isNear?(location: Location, host: PlanningHost): boolean;
  /**
   * Decides whether this host reads a location, and how.
   *
   * @throws {ToolError} `location_invalid`, with the reason, which `show` and the result print.
   */
  plan(location: Location, image: ImageRecord, host: PlanningHost): PlannedLocation<Settings>;
  /** Permissions that the thread needs. */
  needs(settings: Settings, host: PlanningHost, signal: AbortSignal): Needs | Promise<Needs>;
  /** The source with the settings of {@linkcode Scheme.plan}, without I/O. */
  source(settings: Settings, host: ReadingHost): Source;
}
