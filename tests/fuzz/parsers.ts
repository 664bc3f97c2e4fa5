/**
 * Every parser of text or bytes that somebody else wrote: how it is called, and what sound input is.
 *
 * @module
 */
import { backingFileOf } from "@/cache/backing_file.ts";
import { CephConf } from "@/config/ceph_conf.ts";
import { loadCloud } from "@/config/clouds.ts";
import { OPTIONS } from "@/config/options.ts";
import { parseIni } from "@/config/oslo_ini.ts";
import { parseDuration, parseSize } from "@/config/units.ts";
import { FormatInspector } from "@/formats/inspector.ts";
import { parseImageRecord, parseLocations } from "@/glance/image.ts";
import { readRbdDiff } from "@/handlers/rbd_diff.ts";
import { checkRbdLocation, parseRbdLocation } from "@/handlers/rbd_location.ts";
import { failureOf, readJson } from "@/http/answer.ts";
import { readAnswer } from "@/http/http1.ts";
import { parseCatalog } from "@/keystone/catalog.ts";
import { issueToken } from "@/keystone/token.ts";
import { fixedSession } from "@/keystone/session.ts";
import type { Transport } from "@/http/transport.ts";
import { parseHookRequest } from "@/nova/hook_request.ts";
import { BufferPool } from "@/stream/buffer_pool.ts";
import { ByteReader } from "@/stream/byte_reader.ts";
import { barbicanStore } from "@/verify/barbican.ts";
import { decodeBase64 } from "@/verify/base64.ts";
import { DerReader } from "@/verify/der.ts";
import { EncodingError } from "@/verify/encoding_error.ts";
import { decodePem } from "@/verify/pem.ts";
import { readSignatureProperties } from "@/verify/signature_properties.ts";
import { parseCertificate } from "@/verify/x509.ts";
import { ToolError } from "@/errors.ts";
import { configOf, world } from "../doubles/world.ts";
import * as images from "../unit/formats/samples.ts";
import { EC_SIGNER, ROOT, RSA_SIGNER } from "../unit/verify/samples.ts";
import * as samples from "./samples.ts";

/** One parser. */
export interface Parser {
  /** What it reads. */
  readonly name: string;
  /** Reads; may throw a {@linkcode Parser.refusal}. */
  readonly parse: (input: string) => unknown;
  /** Sound inputs; bytes as one character each. */
  readonly samples: readonly string[];
  /** What the grammar knows. */
  readonly words: readonly string[];
  /** Inputs that once took very long. */
  readonly worst?: readonly string[];
  /** Milliseconds that one input may take, where that is more than usual. */
  readonly longest?: number;
  /** Input is bytes: no character above 255. */
  readonly binary?: true;
  /** The one class of its errors. @default {ToolError} */
  readonly refusal?: new (...args: never[]) => Error;
}

const { signal } = new AbortController();
const outside = world();
const reading = { action: "GET 'http://lab'", signal, timeoutMs: 1000 };
const ID = "3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11";

/** Options that are read after each configuration. */
const KEYS = Object.entries(OPTIONS).flatMap(([group, options]) =>
  Object.keys(options).map((name) => `${group}.${name}`)
) as Parameters<ReturnType<typeof configOf>["get"]>[0][];

/** All options of a file; each may be refused by itself. */
function configuration(text: string): void {
  const config = configOf(text);
  for (const key of KEYS) {
    try {
      config.get(key);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }
}

const bytesOf = (text: string) =>
  Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index) & 0xff);

const textOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Where the headers are; what lies further on is for the properties of tests/unit/formats. */
const headOf = (image: Uint8Array) => textOf(image.subarray(0, 8192));

/** A peer that answers everything with this body. */
function peer(status: number, body: string, headers: Readonly<Record<string, string>>): Transport {
  const request = () => Promise.resolve(new Response(body, { status, headers }));
  return { request, [Symbol.dispose]: () => {} };
}

function inspect(text: string): void {
  const bytes = bytesOf(text);
  for (const declared of ["raw", "qcow2", "vmdk", null]) {
    const inspector = new FormatInspector({
      declared,
      size: null,
      vmdkAllowedTypes: ["monolithicSparse"],
      deep: true,
    });
    inspector.feed(bytes);
    try {
      inspector.finish();
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }
}

/** Opens every element, as deep as they go. */
function walk(reader: DerReader): void {
  while (!reader.atEnd) {
    const { content, tag } = reader.any();
    if ((tag & 0x20) !== 0) walk(new DerReader(content));
  }
}

const diskFile = (bytes: Uint8Array) => ({
  readAt(buffer: Uint8Array, offset: number) {
    const part = bytes.subarray(offset, offset + buffer.length);
    buffer.set(part);
    return part.length;
  },
});

async function drained(segments: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of segments);
}

/** Bytes of a base64 text of PEM. */
const derOf = (pem: string) => atob(pem.replace(/-----[^-]+-----|\s/g, ""));

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

const OSLO_WORDS = [
  "[glance]",
  "[DEFAULT]",
  "[",
  "]",
  "=",
  ":",
  "$my_ip",
  "${",
  "}",
  "\n ",
  "#",
  ";",
]
  .concat(KEYS.map((key) => `${key.split(".")[1]} = `));

/** All of them. */
export const PARSERS: readonly Parser[] = [
  {
    name: "oslo.config grammar",
    parse: (text) => parseIni(text, "/etc/nova/nova.conf"),
    samples: [samples.NOVA_CONF],
    words: OSLO_WORDS,
    worst: [samples.BLANK_LINE],
  },
  {
    name: "nova.conf with every option read",
    parse: configuration,
    samples: [samples.NOVA_CONF],
    words: OSLO_WORDS,
  },
  {
    name: "ceph.conf",
    parse: (text) => {
      const conf = new CephConf(text, "/etc/ceph/ceph.conf", "nova");
      return [conf.fsid, conf.keyrings, conf.get("mon_host")];
    },
    samples: [samples.CEPH_CONF],
    worst: [samples.GROWING_CEPH_CONF, samples.BLANK_LINE],
    words: [
      "[global]",
      "[client.nova]",
      "fsid",
      "keyring = $keyring",
      "$name",
      "\\\n",
      "#",
      ";",
      "=",
    ],
  },
  {
    name: "clouds.yaml",
    parse: (text) =>
      loadCloud(
        world({ files: { "/c.yaml": text }, env: { OS_CLIENT_CONFIG_FILE: "/c.yaml" } }),
        "lab",
        undefined,
      ),
    samples: [samples.CLOUDS],
    // The yaml package is quadratic in a few ways; the file is its user's own.
    longest: 30_000,
    words: [
      "clouds:",
      "lab:",
      "  ",
      "- ",
      "&a",
      "*a",
      "<<: ",
      "!!binary ",
      "|",
      ">",
      "? ",
      "{",
      "}",
    ],
  },
  {
    name: "rbd URL",
    parse: (url) => {
      const rules = { pools: ["images"], allowForeignNames: false };
      return checkRbdLocation(parseRbdLocation(url), ID, rules);
    },
    samples: [`rbd://5e1ab0de-1ab0-4c3f-8d4e-0123456789ab/images/${ID}/snap`],
    words: [
      "rbd://",
      "RBD:",
      "/",
      "//",
      "@",
      "--id=admin",
      "%2f",
      "%40",
      "?",
      "#",
      "file:///etc/passwd",
    ],
  },
  {
    name: "rbd diff v1",
    parse: (text) =>
      drained(readRbdDiff(new ByteReader(new Blob([bytesOf(text)]).stream()), new BufferPool())),
    samples: samples.DIFFS,
    words: ["rbd diff v1\n", "t", "f", "s", "w", "z", "e", "\xff".repeat(8), "\0".repeat(8)],
    binary: true,
  },
  {
    name: "image formats",
    parse: inspect,
    samples: [images.qcow2(), images.qed(), images.vdi(), images.bochs(), images.cloop()]
      .concat([images.parallels(), images.vmdk(), images.mbr(images.PROTECTIVE)])
      .map(headOf),
    words: ["QFI\xfb", "QED\0", "KDMV", "COWD", "conectix", "vhdxfile", "LUKS\xba\xbe", "\x55\xaa"],
    binary: true,
  },
  {
    name: "backing file of a disk",
    parse: (text) => backingFileOf(diskFile(bytesOf(text))),
    samples: [images.qcow2(), images.qed()].map(headOf),
    words: ["QFI\xfb", "json:{", "nbd://", "\xff".repeat(8)],
    binary: true,
  },
  {
    name: "DER",
    parse: (text) => walk(new DerReader(bytesOf(text))),
    samples: [ROOT, RSA_SIGNER, EC_SIGNER].map(derOf),
    words: ["\x30\x80", "\x30\x84\xff\xff\xff\xff", "\x02\x01", "\x1f\xff", "\x30\x82"],
    binary: true,
    refusal: EncodingError,
  },
  {
    name: "PEM",
    parse: decodePem,
    samples: [ROOT, RSA_SIGNER],
    words: ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "-----", "==", " "],
    worst: [samples.BLANK_PEM],
    refusal: EncodingError,
  },
  {
    name: "X.509 in PEM",
    parse: (text) => parseCertificate(text, "secret"),
    samples: [ROOT, RSA_SIGNER, EC_SIGNER],
    words: ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "AAAA", "MII", "=", " "],
  },
  {
    name: "X.509 in DER",
    parse: (text) => parseCertificate(pemOf(text), "secret"),
    samples: [ROOT, RSA_SIGNER, EC_SIGNER].map(derOf),
    words: ["\x30\x82", "\x06\x03\x55\x1d\x13", "\x17\x0d", "\x03\x02\0", "\xa3", "\x01\x01\xff"],
    binary: true,
  },
  {
    name: "base64",
    parse: decodeBase64,
    samples: ["aGVsbG8gd29ybGQ=", "AAECAwQ="],
    words: ["=", "==", "\n", "-", "_", "+/"],
  },
  {
    name: "signature properties",
    parse: (text) => {
      const [signature = "", hash = "", keyType = "", certificate = ""] = text.split("|");
      return readSignatureProperties({
        id: ID,
        properties: {
          img_signature: signature,
          img_signature_hash_method: hash,
          img_signature_key_type: keyType,
          img_signature_certificate_uuid: certificate,
        },
      });
    },
    samples: [`aGVsbG8gd29ybGQ=|SHA-256|RSA-PSS|${ID}`, `AAEC|SHA-512|ECC_SECP384R1|${ID}`],
    words: ["|", "SHA-224", "DSA", "ECC_SECT571K1", "../", "%2e"],
  },
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
        { label: "user 'nova'", origin: "nova.conf", secrets: [] },
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
      }).find(ID, signal),
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
    name: "sizes",
    parse: parseSize,
    samples: ["10GiB", "1.5M", "off"],
    words: ["k", "iB", ".", "e9"],
  },
  {
    name: "durations",
    parse: parseDuration,
    samples: ["1h30m", "250ms", "7d"],
    words: ["d", "ms", ".", "-", "e9"],
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

async function json(text: string): Promise<unknown> {
  return await readJson(new Response(text), outside.clock, reading);
}

function pemOf(der: string): string {
  return `-----BEGIN CERTIFICATE-----\n${btoa(textOf(bytesOf(der)))}\n-----END CERTIFICATE-----\n`;
}

/** What HTTP lets through as a field value. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "");
}
