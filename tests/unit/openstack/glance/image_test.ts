/**
 * The image record is validated when it is read.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "@/errors.ts";
import { isImageId, parseImageRecord, parseLocations } from "@/openstack/glance/image.ts";

const ID = "aaaaaaaa-0000-4000-8000-00000000000a";
const LEAST = { id: ID, status: "active" };

Deno.test("parseImageRecord reads what Glance sends", () => {
  const record = parseImageRecord({
    ...LEAST,
    name: "q570",
    size: 597360640,
    virtual_size: 3221225472,
    disk_format: "qcow2",
    checksum: "063a8472e88a3e515ac51ce929f56620",
    os_hash_algo: "SHA512",
    os_hash_value: "C0FFEE",
    direct_url: "rbd://f/images/x/snap",
    stores: "ceph,far",
    tags: ["a"],
    min_ram: 0,
    img_signature: "abc",
  });
  assertEquals(record, {
    id: ID,
    name: "q570",
    status: "active",
    size: 597360640,
    virtualSize: 3221225472,
    diskFormat: "qcow2",
    hash: { algorithm: "sha512", value: "c0ffee", origin: "os_hash_value" },
    hashPending: false,
    locations: [{ url: "rbd://f/images/x/snap", metadata: {} }],
    stores: ["ceph", "far"],
    properties: record.properties,
  });
  assertEquals(record.properties.img_signature, "abc");
  assertEquals(record.properties.min_ram, undefined);
});

Deno.test("parseImageRecord reads absent and null fields as unknown", () => {
  for (const nothing of [undefined, null]) {
    const record = parseImageRecord({
      ...LEAST,
      name: nothing,
      size: nothing,
      virtual_size: nothing,
      disk_format: nothing,
      checksum: nothing,
      os_hash_value: nothing,
      stores: nothing,
    });
    assertEquals([record.name, record.size, record.hash, record.stores], [null, null, null, []]);
  }
});

Deno.test("parseImageRecord uses md5 only if there is no multihash", () => {
  const checksum = "063a8472e88a3e515ac51ce929f56620";
  assertEquals(parseImageRecord({ ...LEAST, checksum }).hash, {
    algorithm: "md5",
    value: checksum,
    origin: "checksum",
  });
  const pending = parseImageRecord({ ...LEAST, checksum, os_hash_algo: "sha512" });
  assertEquals([pending.hash?.algorithm, pending.hashPending], ["md5", true]);
});

Deno.test("parseImageRecord returns locations in Glance's order, direct_url last, none twice", () => {
  const near = { url: "rbd://f/images/x/snap", metadata: { store: "near" } };
  const far = { url: "rbd://g/images/x/snap", metadata: { store: "far" } };
  const locations = [near, far, { ...near, metadata: {} }];
  const record = parseImageRecord({ ...LEAST, locations, direct_url: far.url });
  assertEquals(record.locations, [near, far]);
  const other = parseImageRecord({ ...LEAST, locations: [near], direct_url: far.url });
  assertEquals(other.locations.map(({ url }) => url), [near.url, far.url]);
});

const BAD: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["a list", []],
  ["no id", { status: "active" }],
  ["an id that is a path", { ...LEAST, id: "../../etc/passwd" }],
  ["no status", { id: ID }],
  ["a size below 0", { ...LEAST, size: -1 }],
  ["a size with a fraction", { ...LEAST, size: 1.5 }],
  ["a size beyond what a number can hold", { ...LEAST, size: 2 ** 60 }],
  ["a size in words", { ...LEAST, size: "12" }],
  ["a hash that is not hex", { ...LEAST, os_hash_algo: "sha512", os_hash_value: "xyz" }],
  ["a checksum that is not hex", { ...LEAST, checksum: "g" }],
];

for (const [name, json] of BAD) {
  Deno.test(`parseImageRecord refuses ${name}`, () => {
    const error = assertThrows(() => parseImageRecord(json), ToolError, "Cannot read the image");
    assertEquals([error.code, error.hints.length], ["source_unavailable", 1]);
  });
}

Deno.test("parseImageRecord skips what a transfer does not need, and names it", () => {
  const good = { url: "rbd://f/images/x/snap", metadata: {} };
  const locations = [{}, { url: null }, "rbd://x", null, { url: "x", metadata: [] }, good];
  const odd = { ...LEAST, name: 7, virtual_size: -1, stores: [], direct_url: 5, locations };
  const problems: string[] = [];
  const record = parseImageRecord(odd, ({ message }) => problems.push(message));
  assertEquals(record.locations, [good]);
  assertEquals([record.name, record.virtualSize, record.stores], [null, null, []]);
  assertEquals(problems.map((text) => /'(\w+)' is/.exec(text)?.[1]), [
    ...["name", "virtual_size", "url", "url", "location", "location", "metadata", "url", "stores"],
  ]);
});

Deno.test("parseImageRecord keeps the case of an id: nova's base is named for it", () => {
  const id = "A1B2C3D4-0000-4000-8000-ABCDEF012345";
  assertEquals(parseImageRecord({ ...LEAST, id }).id, id);
});

Deno.test("parseImageRecord never repeats a secret of what it refuses", () => {
  const url = "https://bucket.example/img?X-Amz-Signature=geheim";
  for (
    const json of [{ ...LEAST, id: url }, { ...LEAST, checksum: url }, { id: ID, status: [url] }]
  ) {
    const { message } = assertThrows(() => parseImageRecord(json), ToolError);
    assertEquals(message.includes("geheim"), false, message);
  }
});

Deno.test("parseImageRecord never fails but with a ToolError", () => {
  fc.assert(fc.property(fc.object({ withNullPrototype: true }), (junk) => {
    try {
      parseImageRecord({ ...LEAST, ...junk });
    } catch (error) {
      assertEquals(error instanceof ToolError, true, String(error));
    }
  }));
});

Deno.test("parseLocations refuses what is not a list", () => {
  for (const json of [null, {}, "x", 7, undefined]) {
    assertThrows(() => parseLocations(json), ToolError, "'locations'");
  }
});

Deno.test("isImageId accepts Glance's ids and nothing similar", () => {
  assertEquals(isImageId(ID), true);
  assertEquals(isImageId(ID.toUpperCase()), true, "Glance's schema allows [0-9a-fA-F]");
  for (const word of [`${ID}\n`, ` ${ID}`, ID.slice(1), ID.replaceAll("-", "")]) {
    assertEquals(isImageId(word), false, word);
  }
});
