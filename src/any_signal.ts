/**
 * One abort signal out of several, that is certain to fire.
 *
 * @module
 */

/**
 * A signal that is aborted with the first of `signals`, for the same reason. `AbortSignal.any` does
 * this too, but Deno 2.5 lets its result be collected while somebody still listens to it: the abort is
 * then never heard. This one lives as long as its sources, or until it is aborted: then it lets go of
 * those that are not.
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
