/**
 * The right address in a catalog, and the error if there is none.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { type CatalogQuery, findEndpoint, parseCatalog } from "@/openstack/keystone/catalog.ts";

function service(type: string, name: string, ...endpoints: readonly (readonly [string, string])[]) {
  return {
    type,
    name,
    id: "x",
    endpoints: endpoints.map(([kind, region]) => ({
      interface: kind,
      region,
      region_id: region,
      url: `http://${name}.${region}.${kind}`,
    })),
  };
}

const CATALOG = parseCatalog([
  service("identity", "keystone", ["public", "north"]),
  service("image", "glance", ["public", "north"], ["internal", "north"], ["public", "south"]),
  service("image", "edge", ["internal", "south"]),
]);

const IMAGE: CatalogQuery = { serviceType: "image", interfaces: ["internal", "public"] };

const FOUND: readonly (readonly [string, Partial<CatalogQuery>, string])[] = [
  ["the first interface", {}, "http://glance.north.internal"],
  ["the other order", { interfaces: ["public", "internal"] }, "http://glance.north.public"],
  ["a region", { region: "south", interfaces: ["public"] }, "http://glance.south.public"],
  ["the next interface where a region has not the first", {
    region: "south",
    serviceName: "glance",
  }, "http://glance.south.public"],
  ["a service by name", { serviceName: "edge" }, "http://edge.south.internal"],
  ["old names of interfaces", { interfaces: ["publicURL"] }, "http://glance.north.public"],
  ["an empty region as any", { region: "" }, "http://glance.north.internal"],
];

for (const [name, query, url] of FOUND) {
  Deno.test(`findEndpoint: ${name}`, () => {
    assertEquals(findEndpoint(CATALOG, { ...IMAGE, ...query }, "the test"), url);
  });
}

const MISSING: readonly (readonly [string, Partial<CatalogQuery>, string])[] = [
  [
    "no such service",
    { serviceType: "key-manager" },
    "Cannot find the key-manager service: the catalog of these credentials (OS_*) has none",
  ],
  [
    "no such region",
    { region: "west" },
    "Cannot find the image service as internal or public in 'west': the catalog (OS_*) has it as " +
    "public in 'north', internal in 'north', public in 'south', internal in 'south'",
  ],
  [
    "no such interface",
    { interfaces: ["admin"], serviceName: "edge" },
    "Cannot find the image service as admin: the catalog (OS_*) has it as internal in 'south'",
  ],
];

for (const [name, query, message] of MISSING) {
  Deno.test(`findEndpoint reports what the catalog has: ${name}`, () => {
    const find = () => findEndpoint(CATALOG, { ...IMAGE, ...query }, "OS_*");
    const error = assertThrows(find, ToolError);
    assertEquals([error.message, error.code], [message, "endpoint_not_found"]);
    assertEquals(error.hints.length, 1);
  });
}

// gtema/openstack#1534: a cloud of several regions, and none of them chosen by hand.
Deno.test("findEndpoint reports where another region is set", () => {
  const hintOf = (query: Partial<CatalogQuery>) =>
    assertThrows(() => findEndpoint(CATALOG, { ...IMAGE, ...query }, "OS_*"), ToolError).hints[0];
  assertEquals(
    hintOf({ region: "west" }),
    "set another region in '[glance] region_name', OS_REGION_NAME or clouds.yaml",
  );
  const address = "set '[glance] endpoint_override', or look: openstack catalog list";
  assertEquals(hintOf({ region: "north", interfaces: ["admin"] }), address);
  assertEquals(hintOf({ region: "west", serviceName: "none" }), address);
});

Deno.test("parseCatalog leaves out what does not follow the API", () => {
  for (const junk of [undefined, null, 7, "x", {}, [null, 7, "x"]]) {
    assertEquals(parseCatalog(junk), []);
  }
  assertEquals(parseCatalog([{ type: 1, endpoints: [null, { url: 2, region: "r" }] }]), [
    { type: "", name: "", endpoints: [] },
  ]);
});

// gtema/openstack#1291, gophercloud/gophercloud#783: no name, only one of the two regions.
Deno.test("parseCatalog accepts incomplete names, but no endpoint without an address", () => {
  const one = { interface: "public", url: " http://g " };
  const endpoints = [
    { ...one, url: null },
    { ...one, region: "r", region_id: null },
    { ...one, region_id: "r" },
  ];
  const found = { interface: "public", region: "r", url: "http://g" };
  assertEquals(parseCatalog([{ type: "image", name: null, endpoints }]), [
    { type: "image", name: "", endpoints: [found, found] },
  ]);
});
