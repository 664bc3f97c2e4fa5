/**
 * A wait for work that cannot be ended, or that others wait for, too.
 *
 * @module
 */

/**
 * Waits for work: the signal ends the waiting, not the work.
 *
 * @throws {unknown} What the work throws, or the signal's reason.
 */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
