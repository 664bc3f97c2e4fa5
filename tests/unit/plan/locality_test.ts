import { assertEquals } from "@std/assert";
import { nearFirst, preferredStores } from "@/plan/locality.ts";
import { imageOf } from "../../doubles/image.ts";

const HERE = "5e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const AWAY = "6e1ab0de-1ab0-4c3f-8d4e-0123456789ab";
const at = (fsid: string, store?: string) => ({
  url: `rbd://${fsid}/images/x/snap`,
  metadata: store === undefined ? {} : { store },
});

Deno.test("nearFirst() puts this host's own store first, then the default cluster, else keeps the order", () => {
  const cinder = { url: "cinder://x", metadata: {} };
  const locations = [at(AWAY), cinder, at(HERE.toUpperCase()), at(AWAY, "edge")];
  assertEquals(nearFirst(locations, { store: "edge", fsid: HERE }), [
    at(AWAY, "edge"),
    at(HERE.toUpperCase()),
    at(AWAY),
    cinder,
  ]);
});

Deno.test("nearFirst() without knowledge of the surroundings changes nothing", () => {
  const locations = [at(AWAY, "edge"), at(HERE)];
  assertEquals(nearFirst(locations, { store: undefined, fsid: undefined }), locations);
});

Deno.test("preferredStores() asks only for a store that the record lists", () => {
  const record = imageOf("x", { stores: ["central", "edge"] });
  assertEquals(preferredStores(record, { store: "edge", fsid: undefined }), ["edge"]);
  assertEquals(preferredStores(record, { store: "other", fsid: undefined }), []);
  assertEquals(preferredStores(imageOf("x"), { store: "edge", fsid: undefined }), []);
});
