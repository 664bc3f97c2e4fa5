import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Thread } from "@/thread.ts";

/** Starts a thread of this code, without any permission. */
function threadOf(code: string) {
  const replies: unknown[] = [];
  const first = Promise.withResolvers<unknown>();
  const module = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const thread = new Thread<string, unknown>(module, {
    name: "test",
    permissions: "none",
    onReply: (reply) => {
      replies.push(reply);
      first.resolve(reply);
    },
    onDeath: first.reject,
  });
  return { first: first.promise, replies, thread };
}

Deno.test("Thread carries messages both ways, and buffers without a copy", async () => {
  const { first, thread } = threadOf(
    "onmessage = ({ data }) => postMessage([data, data.byteLength]);",
  );
  using _thread = thread;
  const buffer = new ArrayBuffer(8);
  thread.post(buffer as never, [buffer]);
  assertEquals(buffer.byteLength, 0, "it belongs to the other end");
  assertEquals(await first, [new ArrayBuffer(8), 8]);
});

Deno.test("Thread reports its death, and with which words", async () => {
  const { first, thread } = threadOf("onmessage = () => { throw new Error('no more'); };");
  using _thread = thread;
  thread.post("go");
  const { message } = await assertRejects(() => first, Error);
  assertStringIncludes(message, "test thread: ");
  assertStringIncludes(message, "no more");
});

Deno.test("Thread has no permission that it was not given", async () => {
  const { first, thread } = threadOf(
    "onmessage = () => { try { Deno.readTextFileSync('/etc/hosts'); postMessage('read'); } catch (error) { postMessage(error.name); } };",
  );
  using _thread = thread;
  thread.post("go");
  assertEquals(await first, "NotCapable");
});
