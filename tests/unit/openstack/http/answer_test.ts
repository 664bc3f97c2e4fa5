/**
 * Bodies that are read completely are limited, and the text of an error body is repeated with care.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { failureOf, readJson, readText } from "@/openstack/http/answer.ts";
import { FakeClock, settle } from "../../../doubles/clock.ts";

const READING = {
  action: "GET 'http://h/'",
  signal: new AbortController().signal,
  timeoutMs: 60_000,
};
const MIB = 1 << 20;

Deno.test("readJson returns the value of the body", async () => {
  assertEquals(await readJson(Response.json({ a: [1] }), new FakeClock(), READING), { a: [1] });
});

Deno.test("readJson refuses what is not JSON, without repeating it", async () => {
  const response = new Response("<html>geheim");
  const work = readJson(response, new FakeClock(), READING);
  const error = await assertRejects(() => work, ToolError, "the answer is not JSON");
  assertEquals([error.code, error.message.includes("geheim")], ["source_unavailable", false]);
});

Deno.test("readText puts characters together that come in two pieces", async () => {
  const [first, second] = [new Uint8Array([0xe2, 0x82]), new Uint8Array([0xac])];
  const body = ReadableStream.from([first, second]);
  assertEquals(await readText(new Response(body), new FakeClock(), READING), "€");
});

Deno.test("readText stops a body that does not end, and releases it", async () => {
  let given = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      given += MIB;
      controller.enqueue(new Uint8Array(MIB).fill(32));
    },
    cancel: () => void (cancelled = true),
  });
  const work = readText(new Response(body), new FakeClock(), READING);
  await assertRejects(() => work, ToolError, `longer than ${16 * MIB} bytes`);
  assertEquals([cancelled, given <= 20 * MIB], [true, true]);
});

Deno.test("readText ends with a timeout when a body stalls, and releases it", async () => {
  let cancelled = false;
  const body = new ReadableStream({ cancel: () => void (cancelled = true) });
  const clock = new FakeClock();
  const work = readText(new Response(body), clock, READING);
  const failed = assertRejects(() => work, ToolError, "no answer within 60 s");
  await settle();
  await clock.advance(60_000);
  assertEquals([(await failed).code, cancelled], ["timeout", true]);
});

Deno.test("readText reports that a body broke off", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(new TypeError("error reading a body: unexpected EOF")),
  });
  const work = readText(new Response(body), new FakeClock(), READING);
  const error = await assertRejects(() => work, ToolError, "the connection was closed");
  assertEquals(error.code, "source_unavailable");
});

const SAYING: readonly (readonly [string, string, string])[] = [
  [
    "Keystone's JSON",
    '{"error":{"code":401,"message":"Requires authentication."}}',
    "Requires authentication.",
  ],
  [
    "Barbican's JSON",
    '{"code":404,"title":"Not Found","description":"Secret not found."}',
    "Secret not found.",
  ],
  [
    "Glance's HTML",
    "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1>\nIt&#x27;s &quot;deactivated&quot;.<br /><br />\n</body></html>",
    'It\'s "deactivated".',
  ],
];

for (const [name, body, said] of SAYING) {
  Deno.test(`failureOf quotes ${name}`, async () => {
    const response = new Response(body, { status: 403 });
    const error = await failureOf(response, new FakeClock(), READING);
    assertEquals(error.message, `Cannot GET 'http://h/': the answer is 403, saying '${said}'`);
  });
}

Deno.test("failureOf reads a body of unclosed tags as fast as any other", async () => {
  for (const body of ["<".repeat(1 << 22), "<h1>".repeat(1 << 20)]) {
    const error = await failureOf(new Response(body, { status: 403 }), new FakeClock(), READING);
    assertEquals(error.code, "permission_denied");
  }
});

Deno.test("failureOf says nothing of an empty body or of JSON without a message", async () => {
  for (const body of ["", "{}", "null", "[1]", '{"error":{"message":7}}']) {
    const error = await failureOf(new Response(body, { status: 400 }), new FakeClock(), READING);
    assertEquals(error.message, "Cannot GET 'http://h/': the answer is 400");
  }
});

Deno.test("failureOf repeats no data: no odd success, no type but text", async () => {
  const bytes = new TextEncoder().encode("image bytes");
  const cases = [
    [203, "text/plain"],
    [206, "application/octet-stream"],
    [500, "application/octet-stream"],
    [404, "image/png"],
  ] as const;
  for (const [status, type] of cases) {
    const headers = { "content-type": type };
    const response = new Response(bytes, { status, headers });
    const error = await failureOf(response, new FakeClock(), READING);
    assertEquals(error.message, `Cannot GET 'http://h/': the answer is ${status}`);
    assertEquals(response.bodyUsed, true, "it is let go");
  }
  for (const type of ["application/json; charset=UTF-8", "application/problem+json"]) {
    const response = new Response('{"message":"no"}', {
      status: 500,
      headers: { "content-type": type },
    });
    const { message } = await failureOf(response, new FakeClock(), READING);
    assertEquals(message, "Cannot GET 'http://h/': the answer is 500, saying 'no'");
  }
});

Deno.test("failureOf masks secrets that the peer repeats", async () => {
  const body = '{"error":{"message":"user nova with password geheim and token abc"}}';
  const response = new Response(body, { status: 400 });
  const error = await failureOf(response, new FakeClock(), READING, ["geheim", "abc", ""]);
  assertEquals(error.message.includes("password *** and token ***"), true, error.message);
});

Deno.test("failureOf reports the status even if the body cannot be read", async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("broken")) });
  const error = await failureOf(new Response(body, { status: 503 }), new FakeClock(), READING);
  assertEquals([error.code, error.message], [
    "temporary",
    "Cannot GET 'http://h/': the answer is 503",
  ]);
});
