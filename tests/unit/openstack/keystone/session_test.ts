import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type AuthHeaders, fixedSession, withProof } from "@/openstack/keystone/session.ts";

const NEVER = new AbortController().signal;

/** An answer, and whether its body was cancelled. */
function answer(status: number) {
  const state = { cancelled: false };
  const body = new ReadableStream({ cancel: () => void (state.cancelled = true) });
  return { state, response: new Response(body, { status }) };
}

function session(renew: () => boolean | Promise<boolean>) {
  return { ...fixedSession("the test", { "x-auth-token": "t" }), renew };
}

Deno.test("withProof() cancels the body of a refusal before it sends the request again", async () => {
  const [refused, good] = [answer(401), answer(200)];
  const answers = [refused.response, good.response];
  const send = (_proof: AuthHeaders) => Promise.resolve(answers.shift() ?? Response.error());
  const last = await withProof(session(() => true), NEVER, send);
  assertStrictEquals(last, good.response);
  assertEquals([refused.state, good.state], [{ cancelled: true }, { cancelled: false }]);
});

Deno.test("withProof() leaves the body of the last refusal to the caller", async () => {
  const { response, state } = answer(401);
  const last = await withProof(session(() => false), NEVER, () => Promise.resolve(response));
  assertStrictEquals(last, response);
  assertEquals(state, { cancelled: false });
});

Deno.test("withProof() cancels the body of a refusal if no new token can be had", async () => {
  const { response, state } = answer(401);
  const failing = session(() => Promise.reject(new Error("no Keystone")));
  const work = () => withProof(failing, NEVER, () => Promise.resolve(response));
  await assertRejects(work, Error, "no Keystone");
  assertEquals(state, { cancelled: true });
});
