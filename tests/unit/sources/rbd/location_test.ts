import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "@/errors.ts";
import { acceptedRbdPlace, parseRbdLocation, type RbdRules } from "@/sources/rbd/location.ts";

const FSID = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const ID = "aaaaaaaa-0000-4000-8000-00000000000a";

Deno.test("parseRbdLocation() reads the four parts, whatever the case of scheme and fsid", () => {
  assertEquals(parseRbdLocation(`RBD://${FSID.toUpperCase()}/images/${ID}/snap`), {
    fsid: FSID,
    pool: "images",
    image: ID,
    snapshot: "snap",
  });
});

/** Each is accepted by nova's `rbd_download`, or shifts its parts there, unless marked. */
const REFUSED: Readonly<Record<string, string>> = {
  "one part": "rbd://image",
  "three parts": `rbd://${FSID}/images/${ID}`,
  "five parts": `rbd://${FSID}/images/ns/${ID}/snap`,
  "an empty snapshot": `rbd://${FSID}/images/${ID}/`,
  "no fsid": `rbd:///images/${ID}/snap`,
  "an fsid that is none": `rbd://ceph/images/${ID}/snap`,
  "an escaped slash in the pool": `rbd://${FSID}/images%2Fother/${ID}/snap`,
  "a snapshot within the image": `rbd://${FSID}/images/${ID}%40other/snap`,
  "an option as the image": `rbd://${FSID}/images/--log-file=%2Ftmp%2Fx/snap`,
  "an option as the pool": `rbd://${FSID}/--mon-host=127.0.0.1:2/${ID}/snap`,
  "a query": `rbd://${FSID}/images/${ID}/snap?x=1`,
  "a fragment": `rbd://${FSID}/images/${ID}/snap#x`,
  "a NUL": `rbd://${FSID}/images/${ID}%00/snap`,
  "a line break": `rbd://${FSID}/images/${ID}%0a/snap`,
  "broken percent-encoding": `rbd://${FSID}/images/${ID}%zz/snap`,
  "another scheme": `http://${FSID}/images/${ID}/snap`,
  "a name beyond ASCII": `rbd://${FSID}/im%C3%A4ges/${ID}/snap`,
};

for (const [what, url] of Object.entries(REFUSED)) {
  Deno.test(`parseRbdLocation() refuses ${what}`, () => {
    const error = assertThrows(() => parseRbdLocation(url), ToolError);
    assertEquals(error.code, "location_invalid");
  });
}

Deno.test("parseRbdLocation() throws nothing but ToolError, with a message that is one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.boolean(), (text, prefix) => {
      try {
        const parts = parseRbdLocation(prefix ? `rbd://${text}` : text);
        for (const part of Object.values(parts)) assertEquals(/^[\w][\w.-]*$/.test(part), true);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        assertEquals(/\p{Cc}/u.test(error.message), false);
      }
    }),
    { numRuns: 2000 },
  );
});

const CLUSTER = { conf: "/etc/ceph/ceph.conf", user: "nova" };
const RULES: RbdRules = {
  pools: ["images", "images-ssd"],
  allowForeignNames: false,
  clusterFor: (fsid) => fsid === FSID ? CLUSTER : undefined,
};

const accepted = (path: string, changes: Partial<RbdRules> = {}) =>
  acceptedRbdPlace(`rbd://${path}/snap`, ID, { ...RULES, ...changes });

Deno.test("acceptedRbdPlace() gives an allowed pool and the image's own name their cluster", () => {
  const place = { fsid: FSID, pool: "images", image: ID, snapshot: "snap", ...CLUSTER };
  assertEquals(accepted(`${FSID}/images/${ID}`), place);
  assertEquals(accepted(`${FSID}/any/${ID}`, { pools: [] }), { ...place, pool: "any" });
});

Deno.test("acceptedRbdPlace() refuses a pool that is not allowed and names the setting", () => {
  const message = "Cannot read pool 'vms': allowed are 'images', 'images-ssd'";
  const error = assertThrows(() => accepted(`${FSID}/vms/${ID}`), ToolError, message);
  assertEquals(error.hints, ["add the pool to [glance]rbd_pool"]);
});

Deno.test("acceptedRbdPlace() refuses another image's name unless that is allowed", () => {
  const foreign = `${FSID}/images/volume-1`;
  assertThrows(() => accepted(foreign), ToolError, "'volume-1'");
  assertEquals(accepted(foreign, { allowForeignNames: true }).image, "volume-1");
});

Deno.test("acceptedRbdPlace() refuses a cluster that is not configured and names the settings", () => {
  const away = FSID.replace("5", "6");
  const error = assertThrows(() => accepted(`${away}/images/${ID}`), ToolError, `'${away}'`);
  assertEquals(error.hints.join().includes("[glance_direct]ceph_clusters"), true);
});
