/**
 * What a check of `doctor` is, what it is given and what it finds.
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

/** How a check ends; only `warning` and `failure` change the exit status. */
export const CHECK_STATUSES = ["ok", "warning", "failure", "skipped"] as const;

/** One of {@linkcode CHECK_STATUSES}. */
export type CheckStatus = typeof CHECK_STATUSES[number];

/** What a check found. */
export interface Finding {
  /** How it ended. */
  readonly status: CheckStatus;
  /** What was found, in one sentence. */
  readonly summary: string;
  /** More of it, a line each. */
  readonly details?: readonly string[];
  /** The setting with its file, or the command, that puts it right. */
  readonly hint?: string;
}

/** A host under examination. What is asked of a service is asked once, whoever needs it. */
export interface HostFacts {
  /** The outside world. */
  readonly context: Context;
  /** nova's configuration. @throws {NotApplicable} If it cannot be read: `config.files` says why. */
  readonly config: Config;
  /** `--config-file` and `--config-dir`. */
  readonly configSources: ConfigSources;
  /** Absolute path of `rbd`. @throws {ToolError} `config_invalid`, if it may not be run. */
  readonly rbdProgram: string;
  /** The identity. @throws {ToolError} `config_invalid`, if credentials cannot be used. */
  session(): Promise<OpenedSession>;
  /** Glance and what else a fetch needs. @throws {ToolError} What opening them throws. */
  services(): Promise<FetchParts>;
  /** The largest active images. @throws {NotApplicable} If Glance gives none. */
  images(): Promise<readonly ImageRecord[]>;
  /** Where Ceph has some of them. @throws {ToolError} If a location cannot be had or read. */
  locations(): Promise<readonly RbdLocation[]>;
}

/** One named check. */
export interface Check {
  /** Stable: scripts name it and read it. */
  readonly id: string;
  /** What is examined, for `--list` and the manual. */
  readonly what: string;
  /**
   * Examines. What it throws is its failure; its message is the summary, its first hint the hint.
   *
   * @throws {NotApplicable} If there is nothing to examine.
   */
  run(host: HostFacts, signal: AbortSignal): Promise<Finding> | Finding;
}

/** Thrown by a check that has nothing to examine; its message says why. */
export class NotApplicable extends Error {}

/**
 * What a check throws for an error that another check tells: one cause, one failure.
 *
 * @param check The id of the one that tells it.
 * @returns The error itself where it is none of ours.
 */
export function reportedBy(what: string, check: string, error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  return new NotApplicable(`${what}: see ${check}`, { cause: error });
}

/** All is well. */
export function ok(summary: string, details: readonly string[] = []): Finding {
  return { status: "ok", summary, details };
}

/** It works, but not as it should. */
export function warning(summary: string, hint: string, details: readonly string[] = []): Finding {
  return { status: "warning", summary, hint, details };
}

/** It does not work. */
export function failure(summary: string, hint: string, details: readonly string[] = []): Finding {
  return { status: "failure", summary, hint, details };
}
