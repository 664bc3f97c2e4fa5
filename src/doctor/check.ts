/**
 * The interface of a `doctor` check: its input and its report.
 *
 * @module
 */
import type { Config } from "@/config/config.ts";
import type { ConfigSources } from "@/config/config_files.ts";
import type { Context } from "@/context.ts";
import type { FetchParts } from "@/plan/plan.ts";
import { ToolError } from "@/errors.ts";
import type { ImageRecord } from "@/openstack/glance/image.ts";
import type { RbdLocation } from "@/sources/rbd/location.ts";
import type { OpenedSession } from "@/openstack/keystone/open_session.ts";

/** The result of a check; only `warning` and `failure` change the exit status. */
export const CHECK_STATUSES = ["ok", "warning", "failure", "skipped"] as const;

/** One of {@linkcode CHECK_STATUSES}. */
export type CheckStatus = typeof CHECK_STATUSES[number];

/** The report of a check. */
export interface Finding {
  /** How it ended. */
  readonly status: CheckStatus;
  /** The finding, in one sentence. */
  readonly summary: string;
  /** Details, one per line. */
  readonly details?: readonly string[];
  /** The setting with its file, or the command, that fixes it. */
  readonly hint?: string;
}

/** The host under examination. Each service is asked once, even if several checks need it. */
export interface HostFacts {
  /** The outside world. For root, its files are as nova-compute's user sees them. */
  readonly context: Context;
  /** The file system as the caller sees it: what podman and Docker keep is open to root only. */
  readonly callerFiles: Context["files"];
  /** nova's configuration. @throws {NotApplicable} If it cannot be read: see `config.files`. */
  readonly config: Config;
  /** Name of nova-compute's user, if root examines the host for it. */
  readonly serviceUser?: string | undefined;
  /** `--config-file` and `--config-dir`. */
  readonly configSources: ConfigSources;
  /** Absolute path of `rbd`. @throws {ToolError} `config_invalid`, if it must not be run. */
  readonly rbdProgram: string;
  /** The identity. @throws {ToolError} `config_invalid`, if credentials cannot be used. */
  session(): Promise<OpenedSession>;
  /** Glance and the other services of a fetch. @throws {ToolError} Errors of opening them. */
  services(): Promise<FetchParts>;
  /** The largest active images. @throws {NotApplicable} If Glance has none. */
  images(): Promise<readonly ImageRecord[]>;
  /** Locations of some of them in Ceph. @throws {ToolError} If one cannot be obtained or read. */
  locations(): Promise<readonly RbdLocation[]>;
}

/** One named check. */
export interface Check {
  /** Stable: scripts use it. */
  readonly id: string;
  /** What it examines, for `--list` and the manual. */
  readonly what: string;
  /**
   * Runs the check. An error it throws is its failure, with the message as summary and the first
   * hint as hint.
   *
   * @throws {NotApplicable} If there is nothing to examine.
   */
  run(host: HostFacts, signal: AbortSignal): Promise<Finding> | Finding;
}

/** Thrown by a check that does not apply; its message gives the reason. */
export class NotApplicable extends Error {}

/**
 * What a check throws for an error that another check reports, so that one cause is one failure.
 *
 * @param check The id of the other check.
 * @returns The error itself, if it is not a {@linkcode ToolError}.
 */
export function reportedBy(what: string, check: string, error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  return new NotApplicable(`${what}: see ${check}`, { cause: error });
}

/** All is well. */
export function ok(summary: string, details: readonly string[] = []): Finding {
  return { status: "ok", summary, details };
}

/** It works, but with a problem. */
export function warning(summary: string, hint: string, details: readonly string[] = []): Finding {
  return { status: "warning", summary, hint, details };
}

/** It does not work. */
export function failure(summary: string, hint: string, details: readonly string[] = []): Finding {
  return { status: "failure", summary, hint, details };
}
