/**
 * Parsers of the answers of Glance, Keystone and Barbican, of nova's requests, and of HTTP.
 *
 * @module
 */
import { parseImageRecord, parseLocations } from "@/openstack/glance/image.ts";
import { readPage } from "@/openstack/glance/page.ts";
import { failureOf, readJson } from "@/openstack/http/answer.ts";
import { readAnswer } from "@/openstack/http/http1.ts";
import type { Transport } from "@/openstack/http/transport.ts";
import { parseCatalog } from "@/openstack/keystone/catalog.ts";
import { fixedSession } from "@/openstack/keystone/session.ts";
import { issueToken } from "@/openstack/keystone/token.ts";
import { parseHookRequest } from "@/nova/hook_request.ts";
import { barbicanStore } from "@/openstack/barbican/client.ts";
import { parseCertificate } from "@/signatures/certificate.ts";
import { bytesOf, ID, outside, type Parser, reading } from "./parser.ts";
import * as samples from "./samples.ts";

const { signal } = reading;

/** A peer that answers everything with this body. */
function peer(status: number, body: string, headers: Readonly<Record<string, string>>): Transport {
  const request = () => Promise.resolve(new Response(body, { status, headers }));
  return { request, [Symbol.dispose]: () => {} };
}

const oneChannel = (text: string) => {
  let rest: Uint8Array<ArrayBuffer> | null = bytesOf(text);
  return {
    read: () => {
      const piece = rest;
      rest = null;
      return Promise.resolve(piece);
    },
    [Symbol.dispose]: () => {},
  };
};

async function json(text: string): Promise<unknown> {
  return await readJson(new Response(text), outside.clock, reading);
}

/** What HTTP lets through as a field value. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "");
}

/** Those of what comes over the network. */
export const SERVICE_PARSERS: readonly Parser[] = [
  {
    name: "Glance's record",
    parse: async (text) => parseImageRecord(await json(text)),
    samples: [samples.RECORD],
    words: samples.JSON_WORDS,
  },
  {
    name: "Glance's locations",
    parse: async (text) => parseLocations(await json(text)),
    samples: [samples.LOCATIONS],
    worst: [samples.MANY_LOCATIONS],
    words: samples.JSON_WORDS,
  },
  {
    name: "Glance's page",
    parse: (text) => readPage(json(text)),
    samples: [samples.PAGE],
    words: samples.JSON_WORDS.concat(['"images":', '"next":', "?marker=", "%", "&"]),
  },
  {
    name: "Keystone's token",
    parse: (text) =>
      issueToken(
        {
          transport: peer(201, text, { "x-subject-token": "gAAA" }),
          clock: outside.clock,
          url: "http://lab/v3",
          timeoutMs: 1000,
        },
        {} as Parameters<typeof issueToken>[1],
        {
          label: "user 'nova'",
          origin: "nova.conf",
          secrets: [],
          proofAt: "password",
          urlAt: "auth_url",
        },
        signal,
      ),
    samples: [samples.TOKEN],
    words: samples.JSON_WORDS,
  },
  {
    name: "Keystone's catalog",
    parse: async (text) => parseCatalog(await json(text)),
    samples: [samples.CATALOG],
    words: samples.JSON_WORDS,
  },
  {
    name: "Barbican's secret",
    parse: (text) =>
      barbicanStore({
        context: { ...outside, clock: outside.clock },
        transport: peer(200, text, {}),
        session: fixedSession("OS_TOKEN", {}),
        endpoint: "http://lab:9311",
        retries: 0,
        timeoutMs: 1000,
      }).find(ID, signal).then((found) => found && parseCertificate(found.pem, found.origin)),
    samples: [samples.SECRET],
    words: samples.JSON_WORDS,
  },
  {
    name: "nova's hook request",
    parse: parseHookRequest,
    samples: [samples.HOOK_REQUEST],
    words: samples.JSON_WORDS,
  },
  {
    name: "an HTTP answer",
    parse: async (text) => await (await readAnswer(oneChannel(text))).arrayBuffer(),
    samples: samples.ANSWERS,
    words: [
      "\r\n",
      "\r\n\r\n",
      "Content-Length: ",
      "Transfer-Encoding: chunked",
      "HTTP/1.1 100 ",
      "ffffffffff",
    ],
    binary: true,
    refusal: TypeError,
  },
  {
    name: "a refusal's header and body",
    parse: async (text) => {
      const [retryAfter = "", id = "", ...body] = text.split("|");
      const headers = {
        "retry-after": printable(retryAfter),
        "x-openstack-request-id": printable(id),
      };
      const answer = new Response(body.join("|"), { status: 503, headers });
      const error = await failureOf(answer, outside.clock, reading, ["gAAA"]);
      if (error.message.includes("\n")) throw new Error("a message has one line");
    },
    samples: [
      "120|req-1|<html><title>503</title></html>",
      'Fri, 31 Dec 1999 23:59:59 GMT|x|{"error":{}}',
    ],
    words: ["|", "-1", "GMT", "<br />", '{"error":{"message":"', "gAAA"],
  },
];
