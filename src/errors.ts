/**
 * The error class of the program, its codes, and the exit status of each. A code is a stable name:
 * scripts read it from the error object that `--format json` prints.
 *
 * @module
 */

/**
 * The exit status of every code. The families follow sysexits.h, so systemd can distinguish them.
 */
export const EXIT_STATUS = {
  usage: 64,
  size_mismatch: 65,
  digest_mismatch: 65,
  hash_missing: 65,
  signature_invalid: 65,
  signature_missing: 65,
  certificate_invalid: 65,
  format_rejected: 65,
  not_found: 66,
  source_unavailable: 69,
  keystone_unreachable: 69,
  endpoint_not_found: 69,
  authority_unknown: 69,
  location_invalid: 69,
  image_not_active: 69,
  internal: 70,
  cannot_create: 73,
  no_space: 73,
  io: 74,
  temporary: 75,
  timeout: 75,
  locked: 75,
  permission_denied: 77,
  authentication_failed: 77,
  unauthorized: 77,
  config_invalid: 78,
  cloud_not_found: 78,
  interrupted: 130,
  reader_gone: 141,
  terminated: 143,
} as const satisfies Record<string, number>;

/** Stable identifier of a failure. */
export type ErrorCode = keyof typeof EXIT_STATUS;

/** What a {@linkcode ToolError} can have in addition to its message. */
export interface ToolErrorOptions {
  /** Commands or settings that help, most useful first. */
  readonly hints?: readonly string[];
  /** The underlying failure, for `-v` and for bug reports. */
  readonly cause?: unknown;
  /** Seconds the peer asked to wait before another try (RFC 9110, `Retry-After`). */
  readonly retryAfter?: number;
}

/**
 * An expected failure: its message is for the operator, not for a debugger. Any other error is a
 * bug and exits 70 with its stack.
 *
 * @example
 * ```ts
 * import { ToolError } from "@/errors.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new ToolError("size_mismatch", "rbd sent 5 bytes, expected 6");
 * assertEquals(error.exitStatus, 65);
 * assertEquals(error.retryable, false);
 * ```
 */
export class ToolError extends Error {
  /** The name of the class, as in stack traces. */
  override readonly name = "ToolError";
  /** Stable identifier of what failed. */
  readonly code: ErrorCode;
  /** Commands or settings that help, most useful first. */
  readonly hints: readonly string[];
  /** Seconds the peer asked to wait before another try, if it did. */
  readonly retryAfter: number | undefined;

  /**
   * Creates an error. Its message follows the wording rules: the action first, both sides compared.
   */
  constructor(code: ErrorCode, message: string, options: ToolErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hints = options.hints ?? [];
    this.retryAfter = options.retryAfter;
  }

  /** The exit status of the process when this error ends it. */
  get exitStatus(): number {
    return EXIT_STATUS[this.code];
  }

  /** Whether the same call may succeed later without any change by the operator. */
  get retryable(): boolean {
    return this.exitStatus === EXIT_STATUS.temporary;
  }
}

/**
 * What was caught, if it is a failure that this program expects.
 *
 * @param signal Its abort is not a failure.
 * @throws {unknown} The reason of the aborted signal; anything else that was caught.
 */
export function expectedFailure(error: unknown, signal?: AbortSignal): ToolError {
  signal?.throwIfAborted();
  if (error instanceof ToolError) return error;
  throw error;
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
