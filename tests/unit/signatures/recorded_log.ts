/**
 * A log that keeps its messages.
 *
 * @module
 */
import type { Log } from "@/context.ts";

/** A log and its lines so far: the level, a colon, the message. */
export function recordedLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { log: (level, message) => void lines.push(`${level}: ${message}`), lines };
}
