/**
 * The request of nova's hook: what is accepted, what is refused, and that no token is quoted.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ToolError } from "@/errors.ts";
import { parseHookRequest } from "@/nova/hook_request.ts";

const REQUEST = {
  image_id: "0be1d1b3-5d3c-4b8e-9d55-0a36d5c4f2aa",
  path: "/var/lib/nova/instances/_base/0123.part",
  trusted_certs: ["cert-1"],
  token: "gAAAAAB-secret",
  service_token: "gAAAAAC-secret",
  endpoint: "https://glance.example:9292/image",
  request_id: "req-11111111-2222-3333-4444-555555555555",
};

Deno.test("parseHookRequest() reads every field", () => {
  assertEquals(parseHookRequest(JSON.stringify(REQUEST)), {
    imageId: REQUEST.image_id,
    path: REQUEST.path,
    trustedCerts: ["cert-1"],
    token: "gAAAAAB-secret",
    serviceToken: "gAAAAAC-secret",
    endpoint: "https://glance.example:9292/image",
    requestId: REQUEST.request_id,
  });
});

Deno.test("parseHookRequest() accepts null or nothing for all fields but image and path, and ignores others", () => {
  const { image_id, path } = REQUEST;
  const nothing = { trustedCerts: null, token: null, serviceToken: null, endpoint: null };
  const expected = { imageId: image_id, path, ...nothing, requestId: null };
  assertEquals(parseHookRequest(JSON.stringify({ image_id, path })), expected);
  const nulls = { trusted_certs: null, token: null, service_token: null, endpoint: null };
  const text = JSON.stringify({ image_id, path, ...nulls, request_id: null, later: 1 });
  assertEquals(parseHookRequest(text), expected);
});

for (const text of ["", "{", "[]", "null", '"secret"', '{"token": "secret", }']) {
  Deno.test(`parseHookRequest() refuses ${JSON.stringify(text)} without quoting it`, () => {
    const error = assertThrows(() => parseHookRequest(text), ToolError);
    assertEquals(error.code, "usage");
    assertEquals(
      error.message,
      "Cannot read the request on standard input: expected a JSON object",
    );
  });
}

/** A field, a value that must be refused, and what the message asks for. */
const REFUSED = [
  ["image_id", "cirros", "a UUID"],
  ["image_id", null, "a UUID"],
  ["image_id", "../../etc/passwd", "a UUID"],
  ["path", undefined, "an absolute path"],
  ["path", "base.part", "an absolute path"],
  ["path", "/var/lib/nova/", "an absolute path"],
  ["path", "/var/\0lib", "an absolute path"],
  ["path", "/", "an absolute path"],
  ["trusted_certs", "cert-1", "a list of certificate ids"],
  ["trusted_certs", [1], "a list of certificate ids"],
  ["token", "", "printable ASCII"],
  ["token", "secret\r\nX-Admin: 1", "printable ASCII"],
  ["token", "secret\n", "printable ASCII"],
  ["service_token", 1, "printable ASCII"],
  ["endpoint", "file:///etc/passwd", "an http or https URL"],
  ["endpoint", "glance.example", "an http or https URL"],
  ["request_id", "req 1", "printable ASCII"],
] as const;

for (const [name, value, wanted] of REFUSED) {
  Deno.test(`parseHookRequest() refuses '${name}' ${JSON.stringify(value)}`, () => {
    const text = JSON.stringify({ ...REQUEST, [name]: value });
    const error = assertThrows(() => parseHookRequest(text), ToolError);
    assertEquals(error.code, "usage");
    assertEquals(
      error.message,
      `Cannot use the request on standard input: '${name}' must be ${wanted}`,
    );
    assert(!JSON.stringify(error).includes("secret"));
  });
}
