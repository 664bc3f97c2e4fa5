/**
 * One token for many callers, renewed in time.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import type { Token } from "@/openstack/keystone/token.ts";
import { TokenSource } from "@/openstack/keystone/token_source.ts";
import { FakeClock } from "../../../doubles/clock.ts";

const NEVER = new AbortController().signal;
const HOUR = 3_600_000;

/** A source whose tokens are numbered and live an hour. */
function counting(clock: FakeClock): { source: TokenSource; issued: () => number } {
  let issued = 0;
  const issue = (): Promise<Token> => {
    issued++;
    const token = { id: `t${issued}`, expiresAt: clock.now() + HOUR, roles: [], catalog: [] };
    return Promise.resolve(token);
  };
  return { source: new TokenSource(issue, clock), issued: () => issued };
}

Deno.test("TokenSource sends one request for all callers at the same time", async () => {
  const { source, issued } = counting(new FakeClock());
  const tokens = await Promise.all([source.get(NEVER), source.get(NEVER), source.get(NEVER)]);
  assertEquals([tokens.map(({ id }) => id), issued()], [["t1", "t1", "t1"], 1]);
});

Deno.test("TokenSource replaces a token two minutes before it expires", async () => {
  const clock = new FakeClock();
  const { source } = counting(clock);
  await source.get(NEVER);
  await clock.advance(HOUR - 120_000);
  assertEquals((await source.get(NEVER)).id, "t1");
  await clock.advance(1);
  assertEquals((await source.get(NEVER)).id, "t2");
});

Deno.test("TokenSource sends one request if many callers were refused the same token", async () => {
  const { source, issued } = counting(new FakeClock());
  await source.get(NEVER);
  for (let refused = 0; refused < 5; refused++) {
    source.forget("t1");
    await source.get(NEVER);
  }
  assertEquals(issued(), 2);
});

Deno.test("TokenSource asks again after a failure", async () => {
  const answers: readonly (Error | Token)[] = [
    new ToolError("temporary", "Busy"),
    { id: "t", expiresAt: HOUR, roles: [], catalog: [] },
  ];
  let asked = 0;
  const issue = () => {
    const answer = answers[asked++];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Token);
  };
  const source = new TokenSource(issue, new FakeClock());
  await assertRejects(() => source.get(NEVER), ToolError, "Busy");
  assertEquals((await source.get(NEVER)).id, "t");
});

Deno.test("TokenSource: a caller that gives up does not affect the others", async () => {
  const coming = Promise.withResolvers<Token>();
  const source = new TokenSource(() => coming.promise, new FakeClock());
  const impatient = new AbortController();
  const first = source.get(impatient.signal);
  const second = source.get(NEVER);
  impatient.abort(new ToolError("interrupted", "Interrupted"));
  await assertRejects(() => first, ToolError, "Interrupted");
  coming.resolve({ id: "t", expiresAt: HOUR, roles: [], catalog: [] });
  assertEquals((await second).id, "t");
});
