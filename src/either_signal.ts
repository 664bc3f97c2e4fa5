/**
 * One abort signal of several.
 *
 * @module
 */

/**
 * A signal that is aborted with the first of `signals`, and with its reason.
 *
 * In place of `AbortSignal.any`, whose result the collector takes away with its listeners while one
 * still waits for it (denoland/deno#29075; mended after 2.5). This one lives as long as its sources:
 * give it sources that end with the work.
 *
 * @example
 * ```ts
 * import { eitherSignal } from "@/either_signal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const stop = new AbortController();
 * const signal = eitherSignal(stop.signal, new AbortController().signal);
 * stop.abort("enough");
 * assertEquals(signal.reason, "enough");
 * ```
 */
export function eitherSignal(...signals: readonly AbortSignal[]): AbortSignal {
  const either = new AbortController();
  for (const signal of signals) {
    const follow = () => either.abort(signal.reason);
    if (signal.aborted) follow();
    else signal.addEventListener("abort", follow, { once: true, signal: either.signal });
  }
  return either.signal;
}
