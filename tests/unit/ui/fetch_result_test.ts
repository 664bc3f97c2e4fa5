/**
 * What a fetch says of itself in text.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { renderFetch } from "@/ui/fetch_result.ts";
import { resultOf } from "../../doubles/result.ts";

const SIGNATURE = {
  key_type: "RSA-PSS",
  hash: "sha256",
  certificate: "5e1ab0de",
  subject: "CN=signer,O=Lab",
};

Deno.test("renderFetch says in one line what was verified: hash, signature and format", () => {
  const verified = {
    ...resultOf().verified,
    signature: SIGNATURE,
    format: { declared: "raw", detected: "raw" },
  };
  const result = resultOf({ verified });
  const { json, text } = renderFetch(result);
  assertEquals(json, result);
  assertEquals(text.split("\n"), [
    "ubuntu (3f1c0a52): 1000 B, 1000 B on disk, from rbd in 2.0s; sha512 verified, signature by " +
    "'CN=signer,O=Lab' (RSA-PSS over sha256, certificate 5e1ab0de), format raw",
    "/cache/base",
  ]);
});

Deno.test("renderFetch says it where only the size was compared", () => {
  const verified = { size: true, hash: null, signature: null, format: null };
  const [line] = renderFetch(resultOf({ verified })).text.split("\n");
  assertEquals(line, "ubuntu (3f1c0a52): 1000 B, 1000 B on disk, from rbd in 2.0s; size verified");
});
