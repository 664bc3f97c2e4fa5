/**
 * Combines several abort signals into one that always fires.
 *
 * @module
 */

/**
 * Returns a signal that aborts with the first of `signals`, for the same reason. `AbortSignal.any`
 * does this too, but Deno 2.5 can garbage-collect its result while a listener still waits for the
 * abort. This signal lives as long as its sources, or until it aborts; then it removes its
 * listeners from the other signals.
 */
export function anySignal(...signals: readonly AbortSignal[]): AbortSignal {
  const any = new AbortController();
  for (const signal of signals) {
    const follow = () => any.abort(signal.reason);
    if (signal.aborted) follow();
    else signal.addEventListener("abort", follow, { once: true, signal: any.signal });
  }
  return any.signal;
}
