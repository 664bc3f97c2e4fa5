/**
 * The text result of a fetch.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { fetchSummary, renderFetch } from "@/ui/fetch_result.ts";
import { attemptOf, resultOf } from "../../doubles/result.ts";

const SIGNATURE = {
  key_type: "RSA-PSS",
  hash: "sha256",
  certificate: "5e1ab0de",
  subject: "CN=signer,O=Lab",
};

/** The lines on a page of so many columns. */
function linesOf(result = resultOf(), columns = Infinity): readonly string[] {
  return renderFetch(result).text({ columns }).split("\n");
}

Deno.test("renderFetch says in one line what was verified: hash, signature and format", () => {
  const verified = {
    ...resultOf().verified,
    signature: SIGNATURE,
    format: { declared: "raw", detected: "raw" },
  };
  const result = resultOf({ verified });
  assertEquals(renderFetch(result).json, result);
  assertEquals(linesOf(result), [
    "ubuntu (3f1c0a52): 1000 B, 1000 B on disk, from rbd in 2.0s (transfer 1.0s); sha512 verified, " +
    "signature by 'CN=signer,O=Lab' (RSA-PSS over sha256, certificate 5e1ab0de), format raw",
    "/cache/base",
  ]);
});

Deno.test("renderFetch says if only the size was compared, and shows one time if both are equal", () => {
  const verified = { size: true, hash: null, signature: null, format: null };
  const [line] = linesOf(resultOf({ verified, seconds: 1 }));
  assertEquals(line, "ubuntu (3f1c0a52): 1000 B, 1000 B on disk, from rbd in 1.0s; size verified");
});

Deno.test("renderFetch says that a seal replaced the hash", () => {
  const { verified } = resultOf();
  const seal = { key: "ab", chunks: 3 };
  const hash = { algorithm: "sha512", value: "00", origin: "seal", seal };
  const [line = ""] = linesOf(resultOf({ verified: { ...verified, hash } }));
  assert(line.includes("; sha512 verified by seal"), line);
});

Deno.test("renderFetch says why each source before was skipped or failed, each reason once", () => {
  const message = "the fsid 'a' is not that of /etc/ceph/ceph.conf, 'b'";
  const failed = attemptOf({
    source: "file",
    outcome: "failed",
    code: "io",
    message: "Cannot read",
  });
  const attempts = [
    attemptOf({ outcome: "skipped", code: "location_invalid", message }),
    failed,
    failed,
    attemptOf({ source: "glance" }),
  ];
  assertEquals(linesOf(resultOf({ attempts, source: "glance" })).slice(1), [
    `rbd skipped: ${message}`,
    "file failed: Cannot read",
    "/cache/base",
  ]);
});

Deno.test("renderFetch says that an image was converted, with both sizes", () => {
  const image = { ...resultOf().image, disk_format: "qcow2" };
  const bytes = {
    image: 600 << 20,
    transferred: 600 << 20,
    allocated: 700 << 20,
    file: 10 * 2 ** 30,
  };
  assert(
    fetchSummary(resultOf({ image, bytes })).includes(
      ": 600 MiB of qcow2 converted to 10.0 GiB of raw, 700 MiB on disk, from rbd",
    ),
  );
});

Deno.test("renderFetch breaks between its parts, never inside an id or a path", () => {
  const id = "3f1c0a52-6a5c-4a53-8d0e-5d2f4f0f9a11";
  const result = resultOf({
    image: { ...resultOf().image, id, name: "ubuntu-24.04-server-cloudimg" },
    path: "/var/lib/nova/instances/_base/da39a3ee5e6b4b0d3255bfef95601890afd80709",
    attempts: [
      attemptOf({ outcome: "skipped", message: `'rbd://0a/images/${id}' is in another cluster` }),
      attemptOf({ source: "glance" }),
    ],
  });
  for (const columns of [80, 60]) {
    const lines = linesOf(result, columns);
    assert(lines.slice(0, -1).every((line) => line.length <= columns), lines.join("\n"));
    assertEquals(lines.filter((line) => line.includes(id)).length, 2, "the id is in one piece");
    assertEquals(lines.at(-1), result.path);
  }
  assertEquals(linesOf(result, 80).slice(0, 2), [
    `ubuntu-24.04-server-cloudimg (${id}): 1000 B,`,
    "  1000 B on disk, from rbd in 2.0s (transfer 1.0s); sha512 verified",
  ]);
});
