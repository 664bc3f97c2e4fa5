/**
 * Addresses of Glance and their order.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "@/errors.ts";
import { baseUrl, Endpoints, shuffled } from "@/openstack/glance/endpoint.ts";

Deno.test("baseUrl drops the version and the slashes at the end, as nova does", () => {
  for (const end of ["", "/", "/v2", "/v2/", "/v2.9", "/v2.17/", "/v1/", "//"]) {
    assertEquals(baseUrl(`http://glance:9292${end}`, "the test"), "http://glance:9292");
  }
  assertEquals(baseUrl("https://cloud/image/v2", "the test"), "https://cloud/image");
  assertEquals(baseUrl("https://cloud/v2x", "the test"), "https://cloud/v2x");
});

for (const text of ["glance:9292", "ftp://glance", "http://", "http://a b", "//glance", "$x"]) {
  Deno.test(`baseUrl refuses ${JSON.stringify(text)} and says where it comes from`, () => {
    const error = assertThrows(() => baseUrl(text, "/etc/nova/nova.conf:7"), ToolError);
    assertEquals([error.code, error.hints.length], ["config_invalid", 1]);
    assertEquals(error.message.includes(`'${text}' (/etc/nova/nova.conf:7)`), true);
  });
}

Deno.test("Endpoints switches to the next one, and from the last to the first", () => {
  const endpoints = new Endpoints(["http://a", "http://b/v2"], "the test");
  const seen = [0, 1, 2].map(() => {
    const { current } = endpoints;
    endpoints.next();
    return current;
  });
  assertEquals(seen, ["http://a", "http://b", "http://a"]);
});

Deno.test("Endpoints lists all of them, the one in use first", () => {
  const endpoints = new Endpoints(["http://a", "http://b", "http://c"], "the test");
  endpoints.next();
  assertEquals(endpoints.inOrder, ["http://b", "http://c", "http://a"]);
});

Deno.test("shuffled keeps every element, and every element can come first", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat()),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (list, dice) => {
        let throws = 0;
        const random = () => dice[throws++ % dice.length] ?? 0;
        assertEquals(
          shuffled(list, random).toSorted((a, b) => a - b),
          list.toSorted((a, b) => a - b),
        );
      },
    ),
  );
  const first = [0, 0.4, 0.99].map((random) => shuffled(["a", "b", "c"], () => random)[0]);
  assertEquals(new Set(first).size > 1, true);
});
