/**
 * The calls of flock(2) that a test leaves behind.
 *
 * @module
 */

/**
 * Runs a test, then waits for every call it made. A call that nobody waits for any more ends only with
 * the lock's holder, in a thread of its own, and Deno counts what ends after the test as the test's leak.
 */
export async function withEndedLocks(test: () => Promise<void>): Promise<void> {
  const { lock } = Deno.FsFile.prototype;
  const calls: Promise<void>[] = [];
  Deno.FsFile.prototype.lock = function (exclusive) {
    const call = lock.call(this, exclusive);
    calls.push(call);
    return call;
  };
  try {
    await test();
  } finally {
    Deno.FsFile.prototype.lock = lock;
    await Promise.allSettled(calls);
  }
}
