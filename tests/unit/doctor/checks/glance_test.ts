import { assertEquals, assertMatch } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { FSID, report, verdict } from "../host.ts";

const CONF = { "/etc/ceph/ceph.conf": `fsid = ${FSID}\n` };
const HASH = { algorithm: "sha512", value: "00", origin: "os_hash_value" } as const;
const access = (...endpoints: string[]) => ({
  services: { access: { endpoints, transport: { tls: { insecure: false } } } },
});

Deno.test("glance.tls warns of plain HTTP to another host only", async () => {
  assertMatch(await verdict("glance.tls", access("https://a", "http://127.0.0.1:9292")), /^ok/);
  assertMatch(await verdict("glance.tls", access("http://[::1]:9292", "http://localhost")), /^ok/);
  assertMatch(
    await verdict("glance.tls", access("https://a", "http://b:9292")),
    /^warning: http:\/\/b:9292 is not encrypted/,
  );
});

Deno.test("glance.tls warns of a certificate that is not checked", async () => {
  const services = { access: { endpoints: ["https://a"], transport: { tls: { insecure: true } } } };
  const host = { services, conf: "[glance]\ninsecure = true\n" };
  const { status, hint } = await report("glance.tls", host);
  assertEquals(status, "warning");
  assertMatch(hint ?? "", /\[glance\]insecure \(\/etc\/nova\/nova\.conf:2\)/);
});

Deno.test("glance.locations warns if Glance shows none", async () => {
  const images = [{ id: "a1" }];
  assertMatch(
    await verdict("glance.locations", { images }),
    /^warning: .* no rbd location of 'a1'/,
  );
  const locations = [`rbd://${FSID}/images/a1/snap`];
  assertMatch(await verdict("glance.locations", { images, locations }), /^ok/);
});

Deno.test("glance.fsid fails for a cluster that this host does not know", async () => {
  const at = (fsid: string) => ({ texts: CONF, locations: [`rbd://${fsid}/images/a1/snap`] });
  assertMatch(await verdict("glance.fsid", at(FSID)), /^ok/);
  const { status, hint } = await report("glance.fsid", at(FSID.replace("5", "6")));
  assertEquals(status, "failure");
  assertMatch(hint ?? "", /^add '6e1ab0de.* to \[glance_direct\]ceph_clusters/);
});

Deno.test("glance.hash reports each image without os_hash_value, and why", async () => {
  const images = [
    { id: "good", hash: HASH },
    { id: "old", hash: { ...HASH, origin: "checksum" as const } },
    { id: "new", hash: null, hashPending: true },
    { id: "none", hash: null, hashPending: false },
  ];
  const { status, details } = await report("glance.hash", { images });
  assertEquals(status, "warning");
  assertEquals(details, "old: md5 only\nnew: being computed\nnone: no hash at all");
  assertMatch(
    await verdict("glance.hash", { images: images.slice(0, 1) }),
    /^ok: All 1 images checked have os_hash_value: sha512, \d+ MB\/s on this host$/,
  );
});

Deno.test("glance.endpoint asks for one image", async () => {
  const asked: unknown[] = [];
  const client = {
    endpoints: ["http://a"],
    async *list(query: unknown) {
      asked.push(query);
      yield* [];
    },
  };
  const text = await verdict("glance.endpoint", { services: { client } });
  assertEquals([text, asked], ["ok: Glance answers at http://a", [{ limit: ["1"] }]]);
});

Deno.test("keystone.auth reports whose credentials are valid, and the roles", async () => {
  const session = {
    account: { credentials: { kind: "keystone" }, origin: "[service_user]" },
    session: {
      headers: () => Promise.resolve({}),
      roles: () => Promise.resolve(["reader", "service"]),
    },
  };
  const { summary, details } = await report("keystone.auth", { session });
  assertEquals([summary, details], [
    "The credentials of [service_user] are valid",
    "roles: reader, service",
  ]);
});

Deno.test("keystone.auth is skipped without credentials", async () => {
  const session = { account: { credentials: { kind: "none" } } };
  assertMatch(await verdict("keystone.auth", { session }), /^skipped/);
});

const certificates = (notBefore: number, notAfter: number) => ({
  get: (id: string) =>
    id === "missing"
      ? Promise.reject(new ToolError("certificate_invalid", `Cannot find certificate '${id}'`))
      : Promise.resolve({ notBefore, notAfter }),
});

for (
  const [id, from, to, expected] of [
    ["good", 0, Infinity, /^ok: All 1 trusted/],
    ["early", 8.64e15, 8.64e15, /^failure: Certificate 'early': it is valid from \+275760-09-13/],
    ["late", 0, 1000, /^failure: Certificate 'late': it was valid until 1970-01-01/],
    ["missing", 0, Infinity, /^failure: Cannot find certificate 'missing'/],
  ] as const
) {
  Deno.test(`certificates.trusted looks at a certificate that is ${id}`, async () => {
    const conf = `[glance]\ndefault_trusted_certificate_ids = ${id}\n`;
    const host = { conf, services: { certificates: certificates(from, to) } };
    assertMatch(await verdict("certificates.trusted", host), expected);
  });
}

Deno.test("glance.download looks whether the fallback is allowed with these credentials", async () => {
  const at = (status: number) => {
    const asked: unknown[] = [];
    const data = (id: string, { offset }: { offset: number }) => {
      asked.push([id, offset]);
      return Promise.resolve(new Response(null, { status }));
    };
    const images = [{ id: "large", size: 9 }, { id: "small", size: 5 }, { id: "empty", size: 0 }];
    return { asked, images, services: { client: { data } } };
  };
  const good = at(206);
  assertMatch(await verdict("glance.download", good), /^ok/);
  assertEquals(good.asked, [["small", 4]], "one byte of the smallest");
  for (const noRange of [400, 416]) {
    assertMatch(await verdict("glance.download", at(noRange)), /^ok/);
  }
  assertMatch(
    await verdict("glance.download", at(403)),
    /^warning: .*there is no fallback if Ceph fails/,
  );
  assertMatch(
    await verdict("glance.download", { ...at(403), conf: "" }),
    /^failure: Glance refuses/,
  );
  assertMatch(await verdict("glance.download", at(503)), /^skipped/);
});

Deno.test("keystone.auth warns of an account with only the role 'service'", async () => {
  const of = (...roles: string[]) => ({
    session: {
      account: { origin: "[service_user]", credentials: { kind: "password" } },
      session: { headers: () => Promise.resolve({}), roles: () => Promise.resolve(roles) },
    },
  });
  assertMatch(await verdict("keystone.auth", of("service")), /^warning: .*without 'reader'/);
  assertMatch(await verdict("keystone.auth", of("service", "reader")), /^ok/);
  assertMatch(await verdict("keystone.auth", of("admin", "service")), /^ok/);
  assertMatch(await verdict("keystone.auth", of("member")), /^ok/);
});
