/**
 * Starts `escape_attempts.ts` in a thread as the program starts a transfer; compiled by
 * `escape_test.ts`. Takes permissions and routes as JSON, prints the answer as JSON.
 *
 * @module
 */
const [text = ""] = Deno.args;
const { permissions, routes } = JSON.parse(text);
const worker = new Worker(new URL("../unit/transfer/escape_attempts.ts", import.meta.url), {
  type: "module",
  deno: { permissions },
});
worker.onmessage = ({ data }) => {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(data)));
  Deno.exit();
};
worker.postMessage(routes);
