/**
 * Unusable certificates are found and named before they cause harm.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { loadTls } from "@/openstack/http/tls.ts";
import type { TlsSettings } from "@/openstack/http/tls_settings.ts";
import { AUTHORITY, CLIENT, SERVER } from "../../../doubles/certificates.ts";
import { world } from "../../../doubles/world.ts";

const FILES = {
  "/ca.pem": AUTHORITY,
  "/client.pem": CLIENT.cert,
  "/client.key": CLIENT.key,
  "/both.pem": CLIENT.cert + CLIENT.key,
  "/server.key": SERVER.key,
  "/text": "hello",
  "/denied.pem": null,
  "/broken.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  "/cut.pem": AUTHORITY.replace("MII", "MI.I"),
  "/encrypted.key":
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
} as const;

/** `openssl x509 -fingerprint -sha256`. */
const PIN = new X509Certificate(AUTHORITY).fingerprint256.replaceAll(":", "").toLowerCase();

Deno.test("loadTls reads authority, certificate and key", () => {
  const settings = { cafile: "/ca.pem", certfile: "/client.pem", keyfile: "/client.key" };
  assertEquals(loadTls(world({ files: FILES }).files, settings), {
    caCerts: [AUTHORITY],
    pins: [PIN],
    identity: CLIENT,
  });
});

Deno.test("loadTls reads the key from the certificate's file if no key file is set", () => {
  const { identity } = loadTls(world({ files: FILES }).files, { certfile: "/both.pem" });
  assertEquals(identity, CLIENT);
});

for (
  const path of [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
  ]
) {
  Deno.test(`loadTls trusts the host's own authorities in ${path} if no cafile is named`, () => {
    const { files } = world({ files: { ...FILES, [path]: "the host's" } });
    assertEquals(loadTls(files, {}), { caCerts: ["the host's"], pins: [] });
    assertEquals(loadTls(files, { cafile: "/ca.pem" }), { caCerts: [AUTHORITY], pins: [PIN] });
  });
}

Deno.test("loadTls pins every certificate of a cafile", () => {
  const { files } = world({ files: { "/two.pem": `# first\n${AUTHORITY}\n${SERVER.cert}` } });
  const digests = [AUTHORITY, SERVER.cert].map((pem) =>
    new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase()
  );
  assertEquals(loadTls(files, { cafile: "/two.pem" }).pins, digests);
});

const BAD: readonly (readonly [string, TlsSettings, string])[] = [
  ["a missing cafile", { cafile: "/none" }, "Cannot use '/none'"],
  ["a cafile that may not be read", { cafile: "/denied.pem" }, "Cannot use '/denied.pem'"],
  ["a cafile without a certificate", { cafile: "/text" }, "it has no PEM block 'CERTIFICATE'"],
  ["a key as cafile", { cafile: "/client.key" }, "it has no PEM block 'CERTIFICATE'"],
  ["a certificate without a key", { certfile: "/client.pem" }, "no PEM block 'PRIVATE KEY'"],
  [
    "the key of another certificate",
    { certfile: "/client.pem", keyfile: "/server.key" },
    "the key does not match the certificate '/client.pem'",
  ],
  [
    "an encrypted key",
    { certfile: "/client.pem", keyfile: "/encrypted.key" },
    "the key is encrypted or of an unknown kind",
  ],
  ["an authority that is garbage", { cafile: "/broken.pem" }, "Cannot use the TLS settings"],
  ["an authority that is no base64", { cafile: "/cut.pem" }, "Cannot use the TLS settings"],
];

for (const [name, settings, words] of BAD) {
  Deno.test(`openTransport refuses ${name}`, () => {
    const context = world({ files: FILES });
    const open = () => openTransport(context, { peer: "Test", tls: settings })[Symbol.dispose]();
    const error = assertThrows(open, ToolError, words);
    assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
    assertEquals(error.message.includes("BEGIN"), false);
  });
}

Deno.test("openTransport continues without the host's authorities if they are garbage", () => {
  const bundle = "/etc/ssl/certs/ca-certificates.crt";
  const context = world({ files: { [bundle]: FILES["/broken.pem"] } });
  openTransport(context, { peer: "Test", tls: {} })[Symbol.dispose]();
  assertEquals(context.logged.length, 1);
});
