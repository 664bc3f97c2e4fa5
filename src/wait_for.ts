/**
 * Waits for work that cannot be aborted, or that others also wait for.
 *
 * @module
 */

/**
 * Waits for work. The signal ends the wait, not the work.
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
