import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ErrorCode, ToolError } from "@/errors.ts";
import type { DataOptions } from "@/openstack/glance/client.ts";
import { fixedSession } from "@/openstack/keystone/session.ts";
import { GLANCE_LOCATION, glanceScheme, GlanceSource } from "@/sources/glance.ts";
import type { Source } from "@/sources/source.ts";
import { dense, noise, read } from "@lab/embedded/content.ts";
import { FakeClock } from "../../doubles/clock.ts";
import { imageOf } from "../../doubles/image.ts";
import { planningHost } from "../../doubles/scheme.ts";
import { openOptions, receive } from "../../suites/received.ts";

const ID = "aaaaaaaa-0000-4000-8000-00000000000a";
const CONTENT = dense(noise(1000));
const OFFSET = 400;

interface Asked {
  readonly source: Source;
  /** What the client was asked, in order. */
  readonly asked: Pick<DataOptions, "offset" | "prefer">[];
  /** Endpoints that were left. */
  readonly turns: () => number;
}

/** A source in front of answers, one for each request; the last one repeats. */
function sourceOf(answers: readonly Response[], prefer: readonly string[] = []): Asked {
  const asked: Pick<DataOptions, "offset" | "prefer">[] = [];
  let turns = 0;
  const client = {
    endpoints: ["http://glance:9292"],
    nextEndpoint: () => void turns++,
    session: fixedSession("a test", { "x-auth-token": "geheim" }),
    data(_id: string, { offset = 0, prefer = [] }: DataOptions) {
      asked.push({ offset, prefer });
      return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1]!);
    },
  };
  const options = { client, clock: new FakeClock(), id: ID, timeoutMs: 1000, prefer };
  const source = new GlanceSource(options);
  return { source, asked, turns: () => turns };
}

function whole(headers: Record<string, string> = { "content-length": "1000" }): Response {
  return new Response(read(CONTENT, 0, 1000), { headers });
}

function part(range: string, bytes = read(CONTENT, OFFSET, 600)): Response {
  return new Response(bytes, { status: 206, headers: { "content-range": range } });
}

Deno.test("GlanceSource reads a whole image, with or without Content-Length", async () => {
  for (const headers of [{ "content-length": "1000" }, { "content-length": "1000, 1000" }, {}]) {
    const { source } = sourceOf([whole(headers as Record<string, string>)]);
    assertEquals((await receive(source, CONTENT)).length, 1000);
  }
});

Deno.test("GlanceSource reads what a proxy passes on as 203: the hash decides", async () => {
  const { source } = sourceOf([new Response(read(CONTENT, 0, 1000), { status: 203 })]);
  assertEquals((await receive(source, CONTENT)).length, 1000);
});

Deno.test("GlanceSource names the URL, and asks for the stores that are preferred", async () => {
  const { source, asked } = sourceOf([whole()], ["near"]);
  assertEquals(source.label, `http://glance:9292/v2/images/${ID}/file`);
  await receive(source, CONTENT);
  assertEquals(asked, [{ offset: 0, prefer: ["near"] }]);
});

const REFUSALS: readonly (readonly [what: string, () => Response, code: ErrorCode])[] = [
  ["an image without data (204)", () => new Response(null, { status: 204 }), "source_unavailable"],
  [
    "a Content-Length that is not the size",
    () => whole({ "content-length": "999" }),
    "size_mismatch",
  ],
  ["a part where the whole was asked for", () => part("bytes 0-999/1000"), "source_unavailable"],
  ["403", () => new Response("no", { status: 403 }), "permission_denied"],
  ["404", () => new Response("no", { status: 404 }), "not_found"],
  ["410", () => new Response("no", { status: 410 }), "source_unavailable"],
  ["408", () => new Response("no", { status: 408 }), "temporary"],
  ["425", () => new Response("no", { status: 425 }), "temporary"],
  ["429", () => new Response("no", { status: 429 }), "temporary"],
  ["503", () => new Response("no", { status: 503 }), "temporary"],
];

for (const [what, answer, code] of REFUSALS) {
  Deno.test(`GlanceSource reports ${what} as '${code}', and cancels the body`, async () => {
    const response = answer();
    const { source } = sourceOf([response]);
    const error = await assertRejects(() => receive(source, CONTENT), ToolError);
    assertEquals([error.code, source.resumable], [code, true], error.message);
    assert(response.body === null || response.bodyUsed, "the body was left");
  });
}

Deno.test("GlanceSource repeats no token that an answer repeats", async () => {
  const answer = new Response("you sent X-Auth-Token: geheim", { status: 403 });
  const error = await assertRejects(() => receive(sourceOf([answer]).source, CONTENT), ToolError);
  assertStringIncludes(error.message, "you sent X-Auth-Token: ***");
});

Deno.test("GlanceSource passes on the value of Retry-After", async () => {
  const answer = new Response("later", { status: 503, headers: { "retry-after": "7" } });
  const error = await assertRejects(() => receive(sourceOf([answer]).source, CONTENT), ToolError);
  assertEquals(error.retryAfter, 7);
});

Deno.test("GlanceSource resumes in the middle, on the next endpoint", async () => {
  const { source, asked, turns } = sourceOf([whole(), part("bytes 400-999/1000")]);
  await receive(source, CONTENT);
  assertEquals(turns(), 0);
  const { length } = await receive(source, CONTENT, { offset: OFFSET });
  assertEquals([length, asked.at(-1)?.offset, turns()], [600, OFFSET, 1]);
});

const NO_RESUME: readonly (readonly [what: string, () => Response])[] = [
  ["another range", () => part("bytes 300-999/1000")],
  ["a range of another size", () => part("bytes 400-999/2000")],
  ["206 without a range", () => new Response("x", { status: 206 })],
  ["200", () => whole()],
  ["203", () => new Response("x", { status: 203 })],
  ["400", () => new Response("Getting images randomly is not supported", { status: 400 })],
  ["416", () => new Response("not available", { status: 416 })],
];

for (const [what, answer] of NO_RESUME) {
  Deno.test(`GlanceSource starts over at once if the answer in the middle is ${what}`, async () => {
    const response = answer();
    const { source } = sourceOf([response]);
    const opening = () => source.open(openOptions({ offset: OFFSET, size: 1000 }));
    const error = await assertRejects(opening, ToolError);
    assertEquals([error.code, error.retryAfter, source.resumable], ["temporary", 0, false]);
    assertStringIncludes(error.message, "Cannot continue at byte 400");
    assert(response.bodyUsed, "the body was left");
  });
}

Deno.test("GlanceSource keeps a source resumable that refuses for another reason", async () => {
  const { source } = sourceOf([new Response("busy", { status: 503 })]);
  const opening = () => source.open(openOptions({ offset: OFFSET, size: 1000 }));
  assertEquals((await assertRejects(opening, ToolError)).code, "temporary");
  assertEquals(source.resumable, true);
});

Deno.test("glanceScheme prefers this host's own store, where the record lists it", () => {
  const image = imageOf("x", { stores: ["central", "edge"] });
  const preferred = (store: string, record = image) =>
    glanceScheme.plan(
      { url: GLANCE_LOCATION, metadata: {} },
      record,
      planningHost(`[libvirt]\nimages_rbd_glance_store_name = ${store}\n`),
    ).settings.prefer;
  assertEquals(preferred("edge"), ["edge"]);
  assertEquals(preferred("other"), []);
  assertEquals(preferred(""), []);
  assertEquals(preferred("edge", imageOf("x")), []);
});
