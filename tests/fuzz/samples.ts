/**
 * Valid inputs of the parsers.
 *
 * @module
 */

const ID = "3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11";
const URL = `rbd://5e1ab0de-1ab0-4c3f-8d4e-0123456789ab/images/${ID}/snap`;

/** A nova.conf. */
export const NOVA_CONF = `[DEFAULT]
instances_path = $state_path/instances
my_ip = 10.0.0.1
[glance]
enable_rbd_download = true
rbd_user: nova
api_servers = http://a:9292,
  http://b:9292
[glance_direct]
stall_timeout = 30s
cache_budget = 200G
[keystone_authtoken]
auth_section = service_user
password = "s#cret"
`;

/** A line of blanks with something behind them. */
export const BLANK_LINE = `[global]\nfsid${" ".repeat(100_000)}x\n`;

/** A ceph.conf. */
export const CEPH_CONF = `[global]
fsid = 5e1ab0de-1ab0-4c3f-8d4e-0123456789ab
mon host = [v2:127.0.0.1:3300,v1:127.0.0.1:6789] ; comment
[client]
keyring = /etc/ceph/$cluster.$name.keyring, \\
  /etc/ceph/keyring
`;

/** Options that refer to the next one eight times each. */
export const GROWING_CEPH_CONF = ["fsid", ..."abcdefgh"].map((name, index, names) =>
  `${name} = ${`$${names[index + 1]} `.repeat(8)}\n`
).join("").replace(/^/, "[global]\n");

/** A clouds.yaml. */
export const CLOUDS = `clouds:
  lab: &a
    profile: other
    auth: {auth_url: "http://k:5000/v3", username: nova, password: 007}
    regions:
      - name: one
        values: {interface: internal}
  other:
    <<: *a
`;

/** The same as clouds.json. */
export const CLOUDS_JSON = JSON.stringify({
  clouds: { lab: { auth: { "auth-url": "http://k:5000/v3", username: "nova", password: 7 } } },
});

/** What a run leaves for the next one to count on. */
export const METRICS = `# HELP glance_direct_bytes_total Bytes.
# TYPE glance_direct_bytes_total counter
glance_direct_bytes_total{source="rbd"} 1024
glance_direct_bytes_total{source="glance",outcome="ok"} 1.5
`;

/** Answer of \`GET /v2/images/{id}\`. */
export const RECORD = JSON.stringify({
  id: ID,
  name: "ubuntu",
  status: "active",
  size: 10,
  virtual_size: null,
  disk_format: "raw",
  checksum: "d41d8cd98f00b204e9800998ecf8427e",
  os_hash_algo: "sha512",
  os_hash_value: "ab".repeat(64),
  direct_url: URL,
  locations: [{ url: URL, metadata: { store: "ceph" } }],
  stores: "ceph,file",
  img_signature: "aGk=",
});

/** Answer of \`GET /v2/images\`. */
export const PAGE = JSON.stringify({
  images: [JSON.parse(RECORD)],
  next: `/v2/images?limit=1&marker=${ID}`,
});

/** Answer of \`GET /v2/images/{id}/locations\`. */
export const LOCATIONS = JSON.stringify([{ url: URL, metadata: { store: "ceph" } }, { url: "x:" }]);

/** Many different ones. */
export const MANY_LOCATIONS = JSON.stringify(
  Array.from({ length: 50_000 }, (_, index) => ({ url: `rbd://${index}`, metadata: {} })),
);

/** A certificate of blanks, and a character that is no base64 at its end. */
export const BLANK_PEM = `-----BEGIN CERTIFICATE-----${
  " ".repeat(200_000)
}!-----END CERTIFICATE-----`;

/** The public half of a key that was made for this. */
export const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA8HV29RHcX4BGQsRzPbQx/1ulBEWr7DDBLKsviH9Oo6s=
-----END PUBLIC KEY-----
`;

const statement = (size: number, chunks: readonly string[]) =>
  JSON.stringify({
    image: ID,
    size,
    hash: { algorithm: "sha512", value: "ab".repeat(64) },
    chunk_size: 4 << 20,
    chunks,
    time: "2026-11-29T18:00:00.000Z",
  });

/** Payload of a seal over two chunks. */
export const STATEMENT = statement((4 << 20) + 1, [`${"A".repeat(43)}=`, `${"q".repeat(42)}o=`]);

/** The same of an image whose chunks would take 32 GB. */
export const HUGE_STATEMENT = statement(4_194_304 * 1_000_000_000, []);

/** A seal; its signature is none. */
export const SEAL = `${
  JSON.stringify({
    payloadType: "application/vnd.glance-direct.seal.v1+json",
    payload: btoa(STATEMENT),
    signatures: [{ keyid: "ab".repeat(32), sig: btoa("x".repeat(64)) }],
  })
}\n`;

/** Lists within lists. */
export const DEEP_JSON = "[".repeat(100_000);

const SERVICES = [{
  type: "image",
  name: "glance",
  endpoints: [{
    interface: "internal",
    region_id: "RegionOne",
    region: "One",
    url: "http://g:9292",
  }],
}];

/** \`catalog\` of a token. */
export const CATALOG = JSON.stringify(SERVICES);

/** Answer of \`POST /v3/auth/tokens\`. */
export const TOKEN = JSON.stringify({
  token: {
    expires_at: "2026-11-23T12:00:00.000000Z",
    roles: [{ id: "1", name: "service" }],
    catalog: SERVICES,
  },
});

/** Answer of \`GET /v1/secrets/{id}\`. */
export const SECRET = JSON.stringify({
  secret_type: "certificate",
  content_types: { default: "application/octet-stream" },
  status: "ACTIVE",
});

/** What nova's module sends. */
export const HOOK_REQUEST = JSON.stringify({
  image_id: ID,
  path: "/var/lib/nova/instances/_base/x.part",
  trusted_certs: [ID],
  token: "gAAA",
  service_token: null,
  endpoint: "http://g:9292",
  request_id: "req-1",
});

/** What JSON and its readers know. */
export const JSON_WORDS = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "null",
  "true",
  "-0",
  "1e400",
  "\\u0000",
]
  .concat([
    '"id":',
    '"size":',
    '"url":',
    '"metadata":',
    '"token":',
    '"__proto__":',
    '"endpoints":[',
  ]);

const le = (value: number, bytes: number) =>
  Array.from(
    { length: bytes },
    (_, index) => String.fromCharCode(index < 4 ? (value >>> (8 * index)) & 0xff : 0),
  ).join("");

const HEAD = `rbd diff v1\nt${le(4, 4)}snaps${le(4096, 8)}`;

/** Streams of \`rbd export-diff\`, one character a byte. */
export const DIFFS = [
  `${HEAD}e`,
  `${HEAD}w${le(0, 8)}${le(5, 8)}hellow${le(64, 8)}${le(5, 8)}worlde`,
  `${HEAD}z${le(512, 8)}${le(512, 8)}w${le(2048, 8)}${le(3, 8)}abce`,
];

/** Answers as they come over the wire. */
export const ANSWERS = [
  "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A:  b \r\n\r\nhello world",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;ext=1\r\n \r\n0\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204\r\nX-A: b\r\n\r\n",
];
