/**
 * Certificates from Barbican: the requests, and the meaning of each answer.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { ToolError } from "@/errors.ts";
import type { RequestOptions, Transport } from "@/openstack/http/transport.ts";
import { type AuthSession, fixedSession } from "@/openstack/keystone/session.ts";
import { barbicanStore, type CertificateStore } from "@/openstack/barbican/client.ts";
import { FakeClock } from "../../../doubles/clock.ts";
import { recordedLog } from "../../signatures/recorded_log.ts";
import { ROOT } from "../../signatures/samples.ts";

const ID = "0f0e0d0c-0000-4000-8000-000000000000";
const URL_OF = `http://keys:9311/v1/secrets/${ID}`;
const METADATA = {
  status: "ACTIVE",
  secret_type: "certificate",
  content_types: { default: "application/octet-stream" },
};

type Answer = () => Response;
const json = (value: unknown): Answer => () => Response.json(value);
const text = (value: string): Answer => () => new Response(value);
const status = (code: number, init: ResponseInit = {}): Answer => () =>
  Response.json({ code, description: `said ${code} of sesame` }, { ...init, status: code });

/** A Barbican that gives one answer after the other, and what it was asked. */
class FakeBarbican implements Transport {
  readonly asked: string[] = [];
  readonly tokens: (string | undefined)[] = [];
  readonly #answers: Answer[];

  constructor(...answers: readonly Answer[]) {
    this.#answers = [...answers];
  }

  request(method: string, url: string, { headers, signal }: RequestOptions): Promise<Response> {
    signal.throwIfAborted();
    this.asked.push(`${method} ${url} ${headers?.accept}`);
    this.tokens.push(headers?.["x-auth-token"]);
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error("one request too many");
    return Promise.resolve(answer());
  }

  [Symbol.dispose](): void {}
}

interface Given {
  readonly session?: AuthSession;
  readonly endpoint?: string;
  readonly log?: ReturnType<typeof recordedLog>;
}

function store(transport: Transport, given: Given = {}): CertificateStore {
  return barbicanStore({
    context: {
      clock: new FakeClock({ runsBelow: 10_000 }),
      random: () => 0.5,
      log: (given.log ?? recordedLog()).log,
    },
    transport,
    session: given.session ?? fixedSession("test", { "x-auth-token": "sesame" }),
    endpoint: given.endpoint ?? "http://keys:9311",
    retries: 1,
    timeoutMs: 60_000,
  });
}

const { signal } = new AbortController();

async function failure(...answers: readonly Answer[]): Promise<ToolError> {
  return await assertRejects(() => store(new FakeBarbican(...answers)).find(ID, signal), ToolError);
}

Deno.test("barbicanStore reads the metadata, then the payload as the type that it has", async () => {
  const barbican = new FakeBarbican(json(METADATA), text(ROOT));
  const found = await store(barbican).find(ID, signal);
  assertEquals(found, { pem: ROOT, origin: `secret '${ID}'` });
  assertEquals(barbican.asked, [
    `GET ${URL_OF} application/json`,
    `GET ${URL_OF}/payload application/octet-stream`,
  ]);
  assertEquals(barbican.tokens, ["sesame", "sesame"]);
});

Deno.test("barbicanStore accepts an endpoint with a version, and an id in upper case", async () => {
  for (const endpoint of ["http://keys:9311/", "http://keys:9311/v1", "http://keys:9311/v1/"]) {
    const barbican = new FakeBarbican(status(404));
    await store(barbican, { endpoint }).find(ID.toUpperCase(), signal);
    assertEquals(barbican.asked, [`GET ${URL_OF} application/json`]);
  }
});

Deno.test("barbicanStore distinguishes a secret that is not there from one that may not be read", async () => {
  assertEquals(await store(new FakeBarbican(status(404))).find(ID, signal), null);
  for (const answers of [[status(403)], [json(METADATA), status(403)]]) {
    const error = await failure(...answers);
    assertEquals(error.code, "permission_denied");
    assert(error.hints[0]?.endsWith(`--user USER_ID ${URL_OF}`), error.hints[0]);
  }
});

Deno.test("barbicanStore shows what Barbican says, without the token", async () => {
  const { code, message } = await failure(status(401));
  assertEquals(code, "unauthorized");
  assert(message.includes("said 401 of ***"), message);
});

Deno.test("barbicanStore asks once more with a new token when the first one is refused", async () => {
  const tokens = ["old", "new"];
  const session: AuthSession = {
    ...fixedSession("test", {}),
    headers: () => Promise.resolve({ "x-auth-token": tokens[0] ?? "" }),
    renew: () => tokens.shift() !== undefined,
    secrets: () => tokens,
  };
  const barbican = new FakeBarbican(status(401), json(METADATA), text(ROOT));
  assert(await store(barbican, { session }).find(ID, signal) !== null);
  assertEquals(barbican.tokens, ["old", "new", "new"]);
});

Deno.test("barbicanStore retries a temporary failure up to the configured number of times", async () => {
  const log = recordedLog();
  const barbican = new FakeBarbican(status(503), json(METADATA), status(502), text(ROOT));
  assert(await store(barbican, { log }).find(ID, signal) !== null);
  assertEquals(log.lines.length, 2);
  assertEquals((await failure(status(503), status(503))).code, "temporary");
});

Deno.test("barbicanStore refuses secrets that are not certificates, and says how to store one", async () => {
  const cases: readonly [string, ...Answer[]][] = [
    ['it is of type "opaque"', json({ ...METADATA, secret_type: "opaque" })],
    ["it is of type undefined", json(null)],
    ["it has no payload", json({ ...METADATA, content_types: null })],
    ["it has no payload", json({ ...METADATA, content_types: { default: "a/b\r\nx: y" } })],
    ["it has no payload", json(METADATA), status(404)],
  ];
  for (const [said, ...answers] of cases) {
    const error = await failure(...answers);
    assertEquals(error.code, "certificate_invalid");
    assertEquals(error.message, `Cannot use secret '${ID}' of Barbican as a certificate: ${said}`);
    assert(error.hints[0]?.includes("--secret-type certificate"));
  }
});

Deno.test("barbicanStore ends with the signal's reason", async () => {
  const reason = new ToolError("interrupted", "stopped");
  const barbican = new FakeBarbican(json(METADATA));
  const run = () => store(barbican).find(ID, AbortSignal.abort(reason));
  assertStrictEquals(await assertRejects(run, ToolError), reason);
  assertEquals(barbican.asked, []);
});
