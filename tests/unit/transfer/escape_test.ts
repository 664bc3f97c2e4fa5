/**
 * The permissions of a transfer hold against its own thread.
 *
 * @module
 */
import { ATTEMPTS, type EscapeAnswer } from "./escape_attempts.ts";
import { assertRefused, escape, type TryAll } from "./escape.ts";

const inWorker: TryAll = async (permissions, routes) => {
  const answer = Promise.withResolvers<EscapeAnswer>();
  const worker = new Worker(new URL("./escape_attempts.ts", import.meta.url), {
    type: "module",
    deno: { permissions },
  });
  worker.onmessage = ({ data }) => answer.resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    answer.reject(new Error(event.message));
  };
  worker.postMessage(routes);
  try {
    return await answer.promise;
  } finally {
    worker.terminate();
  }
};

Deno.test("the thread of a transfer has no further permission", async (t) => {
  const { outcomes } = await escape(inWorker);
  for (const name of Object.keys(ATTEMPTS)) await t.step(name, () => assertRefused(outcomes[name]));
});
